// What a .NET program does with signals, on a terminal of its own; run by groups/net10signals.sh.
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.CompilerServices;

static class Signals
{
    // Collections stop all threads by signals of their own meanwhile.
    static void Collect(Func<bool> done)
    {
        while (!done())
        {
            GC.KeepAlive(new byte[100000]);
            GC.Collect();
            Thread.Sleep(1);
        }
    }

    static void Say(string text)
    {
        lock (typeof(Signals))
            Console.WriteLine(text);
    }

    static void Cancel(int times)
    {
        int pressed = 0;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Say("process exit " + Environment.ExitCode);
        Console.CancelKeyPress += (_, e) =>
        {
            Say("cancel " + e.SpecialKey);
            e.Cancel = Interlocked.Increment(ref pressed) <= times;
            Say(e.Cancel ? "goes on" : "ends");
        };
        Say("ready");
        Collect(() => false);
    }

    static void Register()
    {
        var seen = new SemaphoreSlim(0);
        var all = new[] { PosixSignal.SIGHUP, PosixSignal.SIGINT, PosixSignal.SIGQUIT, PosixSignal.SIGTERM, PosixSignal.SIGCONT,
            PosixSignal.SIGWINCH, PosixSignal.SIGTTIN, PosixSignal.SIGTSTP, (PosixSignal)10 }.Select(signal =>
                PosixSignalRegistration.Create(signal, context =>
                {
                    Say("signal " + (int)context.Signal + " " + context.Cancel);
                    context.Cancel = true;
                    seen.Release();
                })).ToArray();
        Say("ready");
        for (int i = 0; i < 9; i++)
        {
            seen.Wait();
            Say("next");
        }
        foreach (var registration in all)
            registration.Dispose();
        try { PosixSignalRegistration.Create((PosixSignal)9, _ => { }); }
        catch (Exception e) { Say(e.GetType().Name); }
        Say("disposed");
        Collect(() => false);
    }

    static PosixSignalRegistration kept; // else its finalizer ends it, and a late signal the program

    static void Terminate(bool exits)
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Say("process exit " + Environment.ExitCode);
        System.Runtime.Loader.AssemblyLoadContext.Default.Unloading += _ => Say("unloading");
        if (exits)
            kept = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
            {
                Say("asked to end");
                context.Cancel = true;
                Environment.Exit(5);
            });
        Say("ready");
        Collect(() => false);
    }

    static int Run(string command)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh") { ArgumentList = { "-c", command } });
        process.WaitForExit();
        return process.ExitCode;
    }

    static void Children()
    {
        int children = 0;
        bool done = false;
        using var registration = PosixSignalRegistration.Create(PosixSignal.SIGCHLD, _ => Interlocked.Exchange(ref children, 1));
        var collector = new Thread(() => Collect(() => Volatile.Read(ref done)));
        collector.Start();
        var codes = Task.WhenAll(Enumerable.Range(0, 24).Select(i => Task.Run(() => Run("exit " + i)))).Result;
        Say(string.Join(" ", codes));
        Say("killed " + Run("kill -9 $$") + " stopped " + Run("kill -TSTP 0 & sleep 0.1; kill -CONT 0; exit 4"));
        using (var process = Process.Start(new ProcessStartInfo("cat") { RedirectStandardInput = true, RedirectStandardOutput = true }))
        {
            process.StandardInput.WriteLine("through a child");
            process.StandardInput.Close();
            Say(process.StandardOutput.ReadToEnd().TrimEnd());
            process.WaitForExit();
            Say("cat " + process.ExitCode);
        }
        Volatile.Write(ref done, true);
        collector.Join();
        Say("SIGCHLD " + children);
    }

    [DllImport("libc")] static extern int kill(int process, int signal);

    // Whoever waits in the system goes on waiting, whatever signals come meanwhile.
    static void Blocked()
    {
        const int Usr1 = 10, Winch = 28, Child = 17;
        int seen = 0, beats = 0;
        using var first = PosixSignalRegistration.Create((PosixSignal)Usr1, c => { c.Cancel = true; Interlocked.Or(ref seen, 1); });
        using var second = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, c => Interlocked.Or(ref seen, 2));
        using var third = PosixSignalRegistration.Create(PosixSignal.SIGCHLD, c => Interlocked.Or(ref seen, 4));
        var results = new System.Collections.Concurrent.ConcurrentDictionary<string, string>();
        var threads = new List<Thread>();
        void Start(string what, Func<string> run)
        {
            var thread = new Thread(() =>
            {
                try { results[what] = run(); }
                catch (Exception e) { results[what] = e.GetType() + ": " + e.Message; }
            });
            thread.Start();
            threads.Add(thread);
        }
        using var pipe = new System.IO.Pipes.AnonymousPipeServerStream(System.IO.Pipes.PipeDirection.Out);
        using var end = new System.IO.Pipes.AnonymousPipeClientStream(System.IO.Pipes.PipeDirection.In, pipe.ClientSafePipeHandle);
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        using var udp = new System.Net.Sockets.UdpClient(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        var monitor = new object();
        var gate = new ManualResetEvent(false);
        bool pulsed = false;
        var sleeping = Process.Start(new ProcessStartInfo("/bin/sh") { ArgumentList = { "-c", "read line; exit 9" }, RedirectStandardInput = true });
        var reading = Process.Start(new ProcessStartInfo("cat") { RedirectStandardInput = true, RedirectStandardOutput = true });
        Start("pipe", () => { var bytes = new byte[100]; int n = end.Read(bytes); return System.Text.Encoding.ASCII.GetString(bytes, 0, n); });
        Start("accept", () => { using var client = listener.AcceptTcpClient(); using var reader = new StreamReader(client.GetStream()); return reader.ReadLine(); });
        Start("poll", () => udp.Client.Poll(-1, System.Net.Sockets.SelectMode.SelectRead).ToString());
        Start("sleep", () => { var clock = Stopwatch.StartNew(); Thread.Sleep(1500); return (clock.ElapsedMilliseconds >= 1490).ToString(); });
        Start("wait", () => { lock (monitor) while (!pulsed) Monitor.Wait(monitor); return "pulsed"; });
        Start("timed wait", () => { var own = new object(); lock (own) return Monitor.Wait(own, 700).ToString(); });
        Start("event", () => gate.WaitOne(60000).ToString());
        Start("child", () => { sleeping.WaitForExit(); return sleeping.ExitCode.ToString(); });
        Start("child's output", () => reading.StandardOutput.ReadToEnd().TrimEnd());
        Start("terminal", () => Console.ReadLine());
        int self = Environment.ProcessId;
        while (beats++ < 60)
        {
            kill(self, beats % 3 == 0 ? Usr1 : beats % 3 == 1 ? Winch : Child);
            GC.KeepAlive(new byte[100000]);
            GC.Collect();
            Thread.Sleep(5);
        }
        Run("exit 1");
        Say("ready");
        pipe.Write("through a pipe"u8);
        using (var client = new System.Net.Sockets.TcpClient("127.0.0.1", ((System.Net.IPEndPoint)listener.LocalEndpoint).Port))
            client.GetStream().Write("through a socket\n"u8);
        udp.Client.SendTo(new byte[] { 1 }, udp.Client.LocalEndPoint);
        lock (monitor)
        {
            pulsed = true;
            Monitor.PulseAll(monitor);
        }
        gate.Set();
        sleeping.StandardInput.WriteLine();
        reading.StandardInput.WriteLine("through a child");
        reading.StandardInput.Close();
        foreach (var thread in threads)
            thread.Join();
        foreach (var pair in results.OrderBy(r => r.Key, StringComparer.Ordinal))
            Say(pair.Key + ": " + pair.Value);
        Say("seen " + seen);
    }

    static int Main(string[] args)
    {
        switch (args[0])
        {
        case "cancel": Cancel(2); break;
        case "end": Cancel(0); break;
        case "register": Register(); break;
        case "terminate": Terminate(false); break;
        case "exits": Terminate(true); break;
        case "plain": Say("ready"); Collect(() => false); break;
        case "children": Children(); break;
        case "blocked": Blocked(); break;
        }
        return 6;
    }
}
