// What a host calls: see host.c. Each method says in a line what became of it.
using System;
using System.Runtime.InteropServices;
using System.Threading;

public unsafe static class Hosted
{
    delegate int Function(int n);

    [DllImport("hosted")] static extern int hosted_call(Function function, int n);
    [DllImport("System.Native", EntryPoint = "SystemNative_GetEUid")] static extern uint UserId();
    [DllImport("__Internal")]
    static extern IntPtr mono_threads_enter_gc_safe_region_internal(IntPtr stack);

    static int depth;

    static int Thrower(int n)
    {
        if (n == 0)
            throw new InvalidOperationException("thrown");
        return Thrower(n - 1) + 1;
    }

    public static string Catch(int n)
    {
        string said = "";
        try {
            try { Thrower(n); }
            finally { said += "finally "; }
        }
        catch (InvalidOperationException e) when (e.Message == "thrown") { said += "caught " + e.Message; }
        return said;
    }

    public static string Unhandled(int n)
    {
        try { Thrower(n); }
        finally { depth = -n; }
        return "not reached";
    }

    public static string AfterUnhandled(int n)
    {
        return "finally has set " + depth;
    }

    static int Deeper(int n)
    {
        return Deeper(n + 1) + 1;
    }

    public static string Overflow(int n)
    {
        try { return Deeper(n).ToString(); }
        catch (StackOverflowException) { return "overflow caught"; }
    }

    public static string Null(int n)
    {
        int *nowhere = null;
        string text = n == 0 ? "text" : null;
        string said = "";
        try { *nowhere = n; }
        catch (NullReferenceException) { said += "null pointer "; }
        try { said += text.Length; }
        catch (NullReferenceException) { said += "null reference"; }
        return said;
    }

    // native -> managed -> native -> managed, and back with an exception.
    public static string Through(int n)
    {
        string said = "";
        try {
            said += hosted_call(k => k * 2, n) + " ";
            hosted_call(k => Thrower(k), n);
        }
        catch (InvalidOperationException) { said += "caught"; }
        finally { said += " finally"; }
        return said;
    }

    public static string Library(int n)
    {
        UserId();
        return "library " + mono_threads_enter_gc_safe_region_internal((IntPtr)n);
    }

    public static string Collect(int n)
    {
        var all = new object[1000];
        for (int i = 0; i < 100 * all.Length; i++)
            all[i % all.Length] = new byte[i % 500];
        GC.Collect();
        return "collected " + ((byte[])all[7]).Length;
    }

    [ThreadStatic] static int count;

    public static string Count(int n)
    {
        return "call " + ++count;
    }

    public static string Here(int n)
    {
        var self = Thread.CurrentThread;
        return (self.IsBackground ? "background " : "foreground ") + self.IsAlive;
    }
}
