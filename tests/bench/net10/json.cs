// json N: writes and reads N objects with System.Text.Json and prints what came back.
using System.Text.Json;

int n = int.Parse(args[0]);
var orders = Enumerable.Range(0, n).Select(i => new Order(i, "customer " + i % 7, new DateOnly(2024, 1, 1).AddDays(i % 366),
    Enumerable.Range(0, i % 5).Select(k => new Line("item " + k, k, 1.25m * k)).ToList())).ToList();
string text = JsonSerializer.Serialize(orders);
var back = JsonSerializer.Deserialize<List<Order>>(text);
using var document = JsonDocument.Parse(text);
Console.WriteLine($"{text.Length} {back.Sum(o => o.Lines.Sum(l => l.Count * l.Price))} {document.RootElement.GetArrayLength()}");

record Line(string Item, int Count, decimal Price);
record Order(int Id, string Customer, DateOnly Day, List<Line> Lines);
