using System;
using System.Net.Http;
using System.Text;

class Snippet
{
    const string Url = "https://vitrine.example/v1/algo/nlp/GetSentiment/1.2.0";
    const string Body = @"{
  ""text"": ""The delivery was late, but support was lovely."",
  ""language"": ""auto""
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
