import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

class Snippet {
    static final String URL = "https://vitrine.example/v1/algo/nlp/GetSentiment/1.2.0";
    static final String BODY = """
        [
          9007199254740993,
          123456789012345678901234567890,
          -9223372036854775808,
          0,
          -1,
          1.0,
          -0.0,
          1.5,
          0.1,
          1e-10,
          1.5e300,
          100000.0
        ]
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
