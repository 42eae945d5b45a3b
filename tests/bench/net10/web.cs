// web: starts Kestrel, asks it once and ends: the time to the first answer. web serve: says its
// port and answers until it is ended.
// framework: Microsoft.AspNetCore.App
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

var builder = WebApplication.CreateSlimBuilder();
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.Logging.ClearProviders();
var app = builder.Build();
app.MapGet("/", () => "hello");
app.MapGet("/json", () => new Answer(1, "one", [1, 2, 3]));
await app.StartAsync();
int port = new Uri(app.Urls.First()).Port;
if (args.Length > 0)
{
    Console.WriteLine("port " + port);
    await app.WaitForShutdownAsync();
    return;
}
using var client = new TcpClient();
await client.ConnectAsync("127.0.0.1", port);
await client.GetStream().WriteAsync("GET /json HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n"u8.ToArray());
string answer = await new StreamReader(client.GetStream()).ReadToEndAsync();
Console.WriteLine(answer[..answer.IndexOf('\r')]);
await app.StopAsync();

record Answer(int Number, string Name, int[] All);
