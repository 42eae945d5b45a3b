// Environment.ExitCode at the end: Main's result, what a thread and ProcessExit make of it.
using System;
using System.IO;
using System.Reflection;
using System.Threading;

static class Endings
{
    static void Missing(Action action)
    {
        try {
            action();
        } catch (FileNotFoundException e) {
            Console.WriteLine("{0} [{1}]", e.Message, e.FileName);
        }
    }

    static int Main()
    {
        AppDomain.CurrentDomain.AssemblyResolve += (sender, e) => {
            Console.WriteLine("wanted: {0}", e.Name);
            return null;
        };
        Missing(() => Assembly.Load("No.Such.Assembly"));
        Missing(() => Assembly.LoadFrom("/no/such/file.dll"));
        Console.WriteLine(Type.GetType("Some.Type, Another") == null);
        AppDomain.CurrentDomain.ProcessExit += (sender, e) => {
            Console.WriteLine("exit {0}", Environment.ExitCode);
            Environment.ExitCode = 33;
        };
        new Thread(() => {
            Thread.Sleep(100);
            Console.WriteLine("thread {0}", Environment.ExitCode);
            Environment.ExitCode = 44;
        }).Start();
        return 3;
    }
}
