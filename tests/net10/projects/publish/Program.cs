using System.Text.Json;
using Newtonsoft.Json.Linq;
Console.WriteLine("hello " + string.Join(" ", args));
Console.WriteLine(JObject.Parse("{\"a\": [1, 2, {\"b\": null}]}").ToString(Newtonsoft.Json.Formatting.None));
Console.WriteLine(string.Join(",", Enumerable.Range(1, 5).Where(n => n % 2 == 1).Select(n => n * n)));
using var text = JsonDocument.Parse("[1,{\"x\":true}]");
Console.WriteLine(text.RootElement[1].GetProperty("x").GetBoolean());
Console.WriteLine(typeof(object).Assembly.GetName().Name);
try { throw new InvalidOperationException("caught"); } catch (Exception e) { Console.WriteLine(e.Message); }
return 3;
