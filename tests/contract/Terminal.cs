// What a program does with a terminal; run by groups/terminal.sh on a pseudo terminal.
using System;
using System.Threading;

static class Terminal
{
    static void Keys()
    {
        Console.WriteLine("available " + Console.KeyAvailable);
        Console.WriteLine("ready");
        for (int i = 0; i < 30; i++)
        {
            ConsoleKeyInfo key = Console.ReadKey(true);
            if (key.KeyChar == '.')
                break;
            Console.WriteLine(key.Key + " " + (int)key.KeyChar + " " + key.Modifiers);
        }
    }

    static void Look()
    {
        Console.WriteLine("size " + Console.WindowWidth + "x" + Console.WindowHeight + " " +
                          Console.BufferWidth + "x" + Console.BufferHeight);
        Console.ForegroundColor = ConsoleColor.Red;
        Console.BackgroundColor = ConsoleColor.DarkBlue;
        Console.Write("red");
        Console.ResetColor();
        Console.WriteLine(" " + Console.ForegroundColor);
        Console.SetCursorPosition(3, 5);
        Console.Write("at");
        Console.WriteLine(" " + Console.CursorLeft + "," + Console.CursorTop);
        Console.CursorVisible = false;
        Console.CursorVisible = true;
        Console.Title = "a title";
        Console.Beep();
        Console.Clear();
        Console.WriteLine("title " + Console.Title + " cursor " + Console.CursorSize);
    }

    static void Lines()
    {
        Console.CursorVisible = true;
        Console.WriteLine("ready");
        for (string line; (line = Console.ReadLine()) != null;)
            Console.WriteLine("[" + line + "] " + line.Length);
        Console.WriteLine("end");
    }

    static void Resize()
    {
        Console.WriteLine("size " + Console.WindowWidth + "x" + Console.WindowHeight);
        Console.ReadKey(true);
        Console.WriteLine("size " + Console.WindowWidth + "x" + Console.WindowHeight);
    }

    static void ControlC()
    {
        Console.TreatControlCAsInput = true;
        Console.WriteLine("ready");
        ConsoleKeyInfo key = Console.ReadKey(true);
        Console.WriteLine(key.Key + " " + (int)key.KeyChar + " " + key.Modifiers);
        Console.TreatControlCAsInput = false;
    }

    static void Cancel(bool cancels)
    {
        AppDomain.CurrentDomain.ProcessExit += (sender, e) => Console.WriteLine("process exit");
        var pressed = new AutoResetEvent(false);
        Console.CancelKeyPress += (sender, e) =>
        {
            Console.WriteLine("cancel " + e.SpecialKey);
            e.Cancel = cancels;
            pressed.Set();
        };
        for (int i = 0; i < 2; i++)
        {
            Console.WriteLine("ready");
            pressed.WaitOne(8000);
            Thread.Sleep(cancels ? 0 : 8000);
        }
        Console.WriteLine("after");
    }

    static void Wait(Action end)
    {
        Console.TreatControlCAsInput = true;
        Console.WriteLine("ready");
        Console.ReadKey(true);
        end();
    }

    static void Main(string[] args)
    {
        if (args[0] != "plain")
            Console.CursorVisible = true;
        Console.WriteLine("redirected " + Console.IsInputRedirected + " " + Console.IsOutputRedirected + " " +
                          Console.IsErrorRedirected);
        switch (args[0])
        {
        case "keys": Keys(); break;
        case "look": Look(); break;
        case "lines": Lines(); break;
        case "resize": Resize(); break;
        case "controlc": ControlC(); break;
        case "cancel": Cancel(true); break;
        case "end": Cancel(false); break;
        case "exit": Wait(() => Environment.Exit(7)); break;
        case "throw": Wait(() => { throw new Exception("thrown"); }); break;
        }
    }
}
