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
          "quotes": "it's \\"quoted\\" and `ticked`, '''three''' \\"\\"\\"three\\"\\"\\"",
          "lines": "first\\nsecond\\r\\n\\tthird",
          "unicode": "Grüße, 你好, Ω, naïve café",
          "emoji": "👩\\u200d💻 👍🏽",
          "backslashes": "C:\\\\new\\\\table \\\\\\\\server\\\\share \\\\u0041 ends in \\\\",
          "expansions": "$HOME ${HOME} $(id) `id` #{1+1} #@x @{[1]} %s %d %PATH% !! ~ *",
          "templates": "{{ 7 }} {% now %} <% x %> {# note #}",
          "markup": "</script><!-- --> & &amp; <b>",
          "comments": "/* */ // -- # ; (* *) ??/ ??'",
          "nested": {
            "list": [
              1,
              [
                2,
                {
                  "three": null
                }
              ],
              true,
              false
            ],
            "empty": [
              {},
              []
            ]
          }
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
