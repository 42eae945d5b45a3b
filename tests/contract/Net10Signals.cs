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
        }
        return 6;
    }
}
