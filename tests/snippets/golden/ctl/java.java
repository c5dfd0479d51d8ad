import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

class Snippet {
    static final String URL = "https://vitrine.example/v1/algo/nlp/GetSentiment/1.2.0";
    static final String BODY = """
        {
          "controls": "\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000b\\f\\r\\u000e\\u000f\\u0010\\u0011\\u0012\\u0013\\u0014\\u0015\\u0016\\u0017\\u0018\\u0019\\u001a\\u001b\\u001c\\u001d\\u001e\\u001f\\u007f\\u0085\\u009b\\u00a0\\u2028\\u2029\\ufeff\\u202e\\u2066\\u200b\\u00ad",
          "tag": "\\udb40\\udc41",
          "private": "\\ue000",
          "unassigned": "\\u0378"
        }
        """;

    public static void main(String[] args) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(URL))
            .header("Authorization", "Simple " + System.getenv("VITRINE_API_KEY"))
            .header("Content-Type", "application/json")
            .timeout(Duration.ofSeconds(30))
            .POST(BodyPublishers.ofString(BODY))
            .build();
        var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            System.err.println(response.body());
            System.exit(1);
        }
        System.out.println(response.body());
    }
}
