using System;
using System.Net.Http;
using System.Text;

class Snippet
{
    const string Url = "https://vitrine.example/v1/algo/nlp/GetSentiment/1.2.0";
    const string Body = @"{
  ""text"": ""hello""
}";

    static int Main()
    {
        var client = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        client.DefaultRequestHeaders.Add("Authorization", "Simple vtr_0123456789abcdef");

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
