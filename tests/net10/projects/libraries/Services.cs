// What programs are made of: logging, retries, containers, substitutes, hosts, streams of events, scripts.
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NSubstitute;
using Serilog;

namespace Libraries
{
    public static class Logs
    {
        public static void Run()
        {
            using (var log = new LoggerConfiguration().MinimumLevel.Debug().Enrich.WithProperty("App", "x")
                .WriteTo.Console(outputTemplate: "[{Level:u3}] {Message:lj} {Properties:j}{NewLine}{Exception}").CreateLogger()) {
                log.Information("Place {@Place} took {Elapsed:000} ms", new Place { Street = "s", Number = 1 }, 34);
                log.ForContext<Place>().Warning("list {List} {Text}", new[] { 1, 2 }, "t");
                log.Error(new InvalidOperationException("broken"), "failed {0}", 1.5);
                log.Verbose("not seen");
            }
            var configuration = new NLog.Config.LoggingConfiguration();
            configuration.AddRuleForAllLevels(new NLog.Targets.ConsoleTarget("c") { Layout = "${level:uppercase=true}|${logger}|${message}|${event-properties:Key}" });
            NLog.LogManager.Configuration = configuration;
            NLog.LogManager.GetLogger("name").Info("structured {Key} and {Other}", 5, Level.High);
            NLog.LogManager.Shutdown();
        }
    }

    public static class Retries
    {
        public static async Task Run()
        {
            int tries = 0;
            var pipeline = Polly.ResiliencePipelineBuilderExtensions.AddPipeline(
                Polly.RetryResiliencePipelineBuilderExtensions.AddRetry(new Polly.ResiliencePipelineBuilder(), new Polly.Retry.RetryStrategyOptions {
                    MaxRetryAttempts = 3, Delay = TimeSpan.FromMilliseconds(1), OnRetry = arguments => { Console.WriteLine("retry " + arguments.AttemptNumber); return default; } }),
                Polly.ResiliencePipeline.Empty).Build();
            Console.WriteLine(await pipeline.ExecuteAsync(async token => {
                await Task.Yield();
                return ++tries < 3 ? throw new IOException("no") : tries; }));
            var breaker = Polly.CircuitBreakerSyntax.CircuitBreaker(Polly.Policy.Handle<IOException>(), 2, TimeSpan.FromMinutes(1));
            for (int i = 0; i < 3; i++) {
                try { breaker.Execute(() => throw new IOException("x")); }
                catch (Exception e) { Console.WriteLine(e.GetType().Name + " " + breaker.CircuitState); }
            }
        }
    }

    public interface IGreeter { string Greet(string name); int Count { get; set; } event EventHandler Greeted; }

    public class Greeter(TextWriter writer) : IGreeter
    {
        public int Count { get; set; }
        public event EventHandler Greeted;
        public string Greet(string name) { Count++; writer.Write(""); Greeted?.Invoke(this, EventArgs.Empty); return "hello " + name; }
    }

    public static class Containers
    {
        public static void Run()
        {
            var builder = new Autofac.ContainerBuilder();
            Autofac.RegistrationExtensions.RegisterInstance(builder, Console.Out).As<TextWriter>().ExternallyOwned();
            Autofac.RegistrationExtensions.RegisterType<Greeter>(builder).As<IGreeter>().SingleInstance();
            using var container = builder.Build();
            var greeter = Autofac.ResolutionExtensions.Resolve<IGreeter>(container);
            Console.WriteLine(greeter.Greet("you") + Autofac.ResolutionExtensions.Resolve<Func<IGreeter>>(container)().Count);
            try { Autofac.ResolutionExtensions.Resolve<Place[]>(container).Length.ToString(); Autofac.ResolutionExtensions.Resolve<Place>(container); }
            catch (Autofac.Core.Registration.ComponentNotRegisteredException e) { Console.WriteLine(e.GetType().Name); }
        }
    }

    public static class Substitutes
    {
        public static void Run()
        {
            var greeter = Substitute.For<IGreeter>();
            greeter.Greet(Arg.Is<string>(name => name.Length > 2)).Returns(call => "long " + call.Arg<string>());
            greeter.Count.Returns(1, 2, 3);
            Console.WriteLine($"{greeter.Greet("abc")} '{greeter.Greet("a")}' {greeter.Count} {greeter.Count}");
            greeter.Received(1).Greet("a");
            try { greeter.DidNotReceive().Greet("abc"); }
            catch (NSubstitute.Exceptions.ReceivedCallsException e) { Console.WriteLine(e.Message.Split('\n')[0].Trim()); }
            int raised = 0;
            greeter.Greeted += (_, _) => raised++;
            greeter.Greeted += Raise.Event();
            Console.WriteLine(raised);
        }
    }

    public static class Hosts
    {
        class Worker(ILogger<Worker> logger, IHostApplicationLifetime lifetime) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stopping)
            {
                for (int i = 0; i < 3; i++) {
                    logger.LogInformation("work {Number}", i);
                    await Task.Delay(5, stopping);
                }
                lifetime.StopApplication();
            }
        }

        public static async Task Run()
        {
            var builder = Host.CreateApplicationBuilder();
            builder.Logging.ClearProviders().AddSimpleConsole(options => options.SingleLine = true).AddFilter("Microsoft", Microsoft.Extensions.Logging.LogLevel.Warning);
            builder.Services.AddHostedService<Worker>();
            builder.Services.AddKeyedSingleton<IGreeter>("key", (_, _) => new Greeter(TextWriter.Null));
            using var host = builder.Build();
            await host.RunAsync();
            Console.WriteLine(host.Services.GetRequiredKeyedService<IGreeter>("key").Greet("host"));
        }
    }

    public static class Events
    {
        public static async Task Run()
        {
            var numbers = System.Reactive.Linq.Observable.Range(1, 10);
            var squares = System.Reactive.Linq.Observable.Select(System.Reactive.Linq.Observable.Where(numbers, x => x % 3 != 0), x => x * x);
            using var subscription = System.ObservableExtensions.Subscribe(squares, x => Console.Write(x + " "), () => Console.WriteLine("done"));
            var buffers = await System.Reactive.Threading.Tasks.TaskObservableExtensions.ToTask(
                System.Reactive.Linq.Observable.ToList(System.Reactive.Linq.Observable.Buffer(numbers, 4)));
            Console.WriteLine(string.Join("|", buffers.Select(buffer => string.Join(",", buffer))));
            var subject = new System.Reactive.Subjects.Subject<string>();
            var last = System.Reactive.Threading.Tasks.TaskObservableExtensions.ToTask(System.Reactive.Linq.Observable.Scan(subject, (a, b) => a + b));
            subject.OnNext("a");
            subject.OnNext("b");
            subject.OnCompleted();
            Console.WriteLine(await last);
        }
    }

    public static class Scripts
    {
        public static void Run()
        {
            var engine = new Jint.Engine(options => Jint.OptionsExtensions.LimitRecursion(options, 200));
            engine.SetValue("log", new Action<object>(Console.WriteLine)).SetValue("place", new Place { Street = "s", Number = 4 });
            engine.Execute("function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); } log(fib(12)); log(place.Street + place.Number); place.Number = 9;");
            Console.WriteLine(engine.Evaluate("[...'hello'].map((c, i) => c.toUpperCase() + i).join('-') + /l+/.exec('hello').index + JSON.stringify({a:[1,{b:2n.toString()}]}) + place.Number"));
            Console.WriteLine(engine.Evaluate("class A { #x = 1; get x() { return this.#x; } } let {x, ...r} = {x: new A().x, y: 2}; `${x}${JSON.stringify(r)}`"));
            try { engine.Execute("null.x"); }
            catch (Jint.Runtime.JavaScriptException e) { Console.WriteLine(e.Message); }
        }
    }
}
