// A web program on Kestrel, as `dotnet new web` begins; run by groups/net10web.sh. It says which
// port it got, and what happens to it, on standard output.
// framework: Microsoft.AspNetCore.App
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.Logging.ClearProviders();
builder.Services.AddSingleton<Store>();
builder.Services.AddHostedService<Ticker>();
var app = builder.Build();
app.Use(async (context, next) =>
{
    context.Response.Headers["X-Trace"] = context.Request.Method + context.Request.Path;
    await next();
});
app.MapGet("/", () => "hello");
app.MapGet("/items/{id:int}", (int id, Store store) =>
    store.Find(id) is { } item ? Results.Ok(item) : Results.NotFound(new { id, error = "no such item" }));
app.MapPost("/items", (Item item, Store store, bool? twice) =>
    Results.Created($"/items/{store.Add(item)}", item with { Tags = twice == true ? [.. item.Tags, .. item.Tags] : item.Tags }));
app.MapGet("/throw", string () => throw new InvalidOperationException("on purpose"));
app.Lifetime.ApplicationStarted.Register(() =>
    Console.WriteLine("port " + new Uri(app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>()
        .Features.Get<IServerAddressesFeature>().Addresses.First()).Port));
app.Lifetime.ApplicationStopping.Register(() => Console.WriteLine("stopping"));
app.Lifetime.ApplicationStopped.Register(() => Console.WriteLine("stopped"));
await app.RunAsync();
Console.WriteLine("end");
return 3;

record Item(string Name, decimal Price, DateOnly Since, string[] Tags);

class Store
{
    readonly System.Collections.Concurrent.ConcurrentDictionary<int, Item> items = new();
    int last;
    public int Add(Item item)
    {
        int id = Interlocked.Increment(ref last);
        items[id] = item;
        return id;
    }
    public Item Find(int id) => items.GetValueOrDefault(id);
}

class Ticker : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        int ticks = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
                ticks++;
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine("ticker cancelled, " + (ticks > 0 ? "ticked" : "never ticked"));
        }
    }
}
