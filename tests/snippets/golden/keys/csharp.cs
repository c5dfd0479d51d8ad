using System;
using System.Net.Http;
using System.Text;

class Snippet
{
    const string Url = "https://vitrine.example/v1/algo/nlp/GetSentiment/1.2.0";
    const string Body = @"{
  """": ""empty"",
  ""a b"": 1,
  ""class"": 2,
  ""$ref"": 3,
  ""__proto__"": {
    ""x"": 4
  },
  ""b"": 5,
  ""1"": 6,
  ""a.b"": 7,
  ""it's"": 8,
  ""\""q\"""": 9,
  ""back\\slash"": 10,
  ""constructor"": 11,
  ""toString"": 12
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
