using System;
using System.Net.Http;
using System.Text;

class Snippet
{
    const string Url = "https://vitrine.example/v1/algo/nlp/GetSentiment/1.2.0";
    const string Body = @"[
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
]";

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
