// StackTrace, StackFrame and Environment.StackTrace of the calling thread.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;

static class Program
{
    static string Clean(string text)
    {
        string folder = Path.GetDirectoryName(Source());
        return text?.Replace(folder + "/", "");
    }

    static string Source([CallerFilePath] string path = "") => path;

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Inner<T>(T value)
    {
        Console.WriteLine(Clean(new StackTrace(true).ToString()));
        Console.WriteLine(Clean(new StackTrace(1, true).ToString()));
        Console.WriteLine(Clean(new StackTrace(2, false).ToString()));
        Console.WriteLine(Clean(Environment.StackTrace));
        var frame = new StackFrame(0, true);
        Console.WriteLine(frame.GetMethod() + " " + frame.GetFileLineNumber() + " " + frame.GetFileColumnNumber());
        frame = new StackFrame(1, true);
        Console.WriteLine(frame.GetMethod() + " " + Clean(frame.GetFileName()) + ":" + frame.GetFileLineNumber());
        frame = new StackFrame(99);
        Console.WriteLine((frame.GetMethod() == null) + " " + frame.GetNativeOffset() + " " + frame.GetILOffset());
        Console.WriteLine(new StackTrace(99).FrameCount);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Outer()
    {
        Inner("text");
        Inner(5);
    }

    static void Main()
    {
        Outer();
        var thread = new Thread(() => Console.WriteLine(Clean(new StackTrace(true).ToString())));
        thread.Start();
        thread.Join();
        Console.WriteLine(Clean(new StackTrace(new Exception("never thrown"), true).ToString()).Length);
    }
}
