using System;
using System.Net.Http;
using System.Text;

class Snippet
{
    const string Url = "https://vitrine.example/v1/algo/nlp/GetSentiment/1.2.0";
    const string Body = @"{
  ""controls"": ""\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f\u007f\u0085\u009b\u00a0\u2028\u2029\ufeff\u202e\u2066\u200b\u00ad"",
  ""tag"": ""\udb40\udc41"",
  ""private"": ""\ue000"",
  ""unassigned"": ""\u0378""
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
