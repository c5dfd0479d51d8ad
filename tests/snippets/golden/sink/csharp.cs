using System;
using System.Net.Http;
using System.Text;

class Snippet
{
    const string Url = "https://vitrine.example/v1/algo/nlp/GetSentiment/1.2.0";
    const string Body = @"{
  ""quotes"": ""it's \""quoted\"" and `ticked`, '''three''' \""\""\""three\""\""\"""",
  ""lines"": ""first\nsecond\r\n\tthird"",
  ""unicode"": ""Grüße, 你好, Ω, naïve café"",
  ""emoji"": ""👩\u200d💻 👍🏽"",
  ""backslashes"": ""C:\\new\\table \\\\server\\share \\u0041 ends in \\"",
  ""expansions"": ""$HOME ${HOME} $(id) `id` #{1+1} #@x @{[1]} %s %d %PATH% !! ~ *"",
  ""templates"": ""{{ 7 }} {% now %} <% x %> {# note #}"",
  ""markup"": ""</script><!-- --> & &amp; <b>"",
  ""comments"": ""/* */ // -- # ; (* *) ??/ ??'"",
  ""nested"": {
    ""list"": [
      1,
      [
        2,
        {
          ""three"": null
        }
      ],
      true,
      false
    ],
    ""empty"": [
      {},
      []
    ]
  }
}";

    static int Main()
    {
        var client = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        var key = Environment.GetEnvironmentVariable("VITRINE_API_KEY");
        client.DefaultRequestHeaders.Add("Authorization", "Simple " + key);

        var content = new StringContent(Body, Encoding.UTF8, "application/json");
        var response = client.PostAsync(Url, content).Result;
        var answer = response.Content.ReadAsStringAsync().Result;
        if (!response.IsSuccessStatusCode)
        {
            Console.Error.WriteLine(answer);
            return 1;
        }
        Console.WriteLine(answer);
        return 0;
    }
}
