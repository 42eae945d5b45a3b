// Ends by an unhandled exception somewhere, with a handler that does something about it; run
// by groups/unhandled.sh.
using System;
using System.Threading;

static class Ending
{
    class Finalized
    {
        ~Finalized() { throw new Exception("finalizer"); }
    }

    static void Handle(string what)
    {
        switch (what)
        {
        case "exit": Environment.Exit(9); break;
        case "exit0": Environment.Exit(0); break;
        case "throw": throw new Exception("from the handler");
        case "code": Environment.ExitCode = 11; break;
        case "elsewhere":
            var thread = new Thread(() => Environment.Exit(12));
            thread.Start();
            thread.Join();
            break;
        }
    }

    static void Make()
    {
        for (int i = 0; i < 20; i++)
            new Finalized();
    }

    static void Run(ThreadStart body, bool background)
    {
        var thread = new Thread(body) { IsBackground = background };
        thread.Start();
        thread.Join();
    }

    static void Fail(string where)
    {
        switch (where)
        {
        case "main": throw new Exception(where);
        case "thread": Run(() => { throw new Exception(where); }, false); break;
        case "background": Run(() => { throw new Exception(where); }, true); break;
        case "pool": ThreadPool.QueueUserWorkItem(state => { throw new Exception(where); }); break;
        case "finalizer":
            Run(Make, false);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            break;
        }
        Thread.Sleep(5000);
        Console.WriteLine("goes on");
    }

    static int Main(string[] args)
    {
        AppDomain.CurrentDomain.ProcessExit += (sender, e) => Console.WriteLine("process exit");
        if (args[0] != "none")
            AppDomain.CurrentDomain.UnhandledException += (sender, e) =>
            {
                Console.WriteLine("handler " + ((Exception)e.ExceptionObject).Message + " " + e.IsTerminating);
                Handle(args[0]);
            };
        if (args[0] == "two")
            AppDomain.CurrentDomain.UnhandledException += (sender, e) => Console.WriteLine("second handler");
        Environment.ExitCode = 5;
        Fail(args[1]);
        return 3;
    }
}
