// In which order filters, finally handlers and first-chance events run, and what becomes
// of exceptions that other handlers throw.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Threading;

static class Program
{
    static void Say(string text) => Console.WriteLine("    " + text);

    static bool Filter(string text, bool result)
    {
        Say("filter " + text);
        return result;
    }

    static bool BadFilter(string text)
    {
        Say("bad filter " + text);
        throw new Exception("thrown by a filter");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Throw(string text) => throw new InvalidOperationException(text);

    static void TwoPasses()
    {
        try
        {
            try
            {
                try
                {
                    Throw("1");
                }
                finally
                {
                    Say("finally inner");
                }
            }
            catch (Exception) when (Filter("no", false))
            {
                Say("never");
            }
            finally
            {
                Say("finally middle");
            }
        }
        catch (Exception e) when (Filter("yes", true))
        {
            Say("caught " + e.Message);
        }
    }

    static void FilterThrows()
    {
        try
        {
            try
            {
                Throw("2");
            }
            catch (Exception) when (BadFilter("a"))
            {
                Say("never");
            }
        }
        catch (Exception e)
        {
            Say("caught " + e.Message + " " + (e.InnerException == null));
        }
    }

    static void FinallyThrows()
    {
        try
        {
            try
            {
                Throw("first");
            }
            finally
            {
                Throw("second");
            }
        }
        catch (Exception e)
        {
            Say("caught " + e.Message);
        }
    }

    static void CatchInFinally()
    {
        try
        {
            try
            {
                Throw("outer");
            }
            finally
            {
                try
                {
                    Throw("inner");
                }
                catch (Exception e)
                {
                    Say("caught in finally " + e.Message);
                }
            }
        }
        catch (Exception e)
        {
            Say("caught " + e.Message);
        }
    }

    static void CatchThrows()
    {
        try
        {
            try
            {
                Throw("3");
            }
            catch (Exception)
            {
                try
                {
                    Throw("4");
                }
                catch (Exception e)
                {
                    Say("nested " + e.Message);
                }
                throw;
            }
        }
        catch (Exception e)
        {
            Say("caught " + e.Message);
        }
    }

    static int ReturnThroughFinally()
    {
        for (int i = 0; ; i++)
        {
            try
            {
                try
                {
                    if (i == 2)
                        return i;
                    continue;
                }
                finally
                {
                    Say("finally " + i);
                }
            }
            catch (Exception)
            {
                Say("never");
            }
        }
    }

    class Once
    {
        public static int Value = 1;
        static Once()
        {
            Say("static constructor");
            Throw("in static constructor");
        }
        public static void Touch() { }
        public Once() { }
    }

    class Chain1 { public static int Value; static Chain1() { Value = Chain2.Value; } }
    class Chain2 { public static int Value; static Chain2() { Throw("chain"); } }

    static void StaticConstructor()
    {
        TypeInitializationException first = null;
        for (int i = 0; i < 3; i++)
            try
            {
                if (i == 0)
                    Once.Touch();
                else if (i == 1)
                    new Once();
                else
                    Once.Value++;
            }
            catch (TypeInitializationException e)
            {
                first ??= e;
                Say(e.TypeName + " " + e.InnerException.Message + " " + ReferenceEquals(first, e) + " " + ReferenceEquals(first.InnerException, e.InnerException));
            }
        try
        {
            Chain1.Value = 1;
        }
        catch (TypeInitializationException e)
        {
            Say(e.Message + e.InnerException.Message + e.InnerException.InnerException.Message);
        }
    }

    static void Threads()
    {
        Exception seen = null;
        var thread = new Thread(() =>
        {
            try { Throw("in a thread"); }
            catch (Exception e) { seen = e; }
        });
        thread.Start();
        thread.Join();
        Say(seen.Message);
        try
        {
            throw seen;
        }
        catch (Exception e)
        {
            Say(e.Message + " " + e.StackTrace.Split('\n').Length);
        }
    }

    static void RethrowKeeps()
    {
        Exception kept = new Exception("kept");
        for (int i = 0; i < 3; i++)
            try { throw kept; }
            catch (Exception e) { Say(e.StackTrace.Split('\n').Length.ToString()); }
        for (int i = 0; i < 3; i++)
            try { ExceptionDispatchInfo.Throw(kept); }
            catch (Exception e) { Say(e.StackTrace.Split('\n').Length.ToString()); }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Invoke() => typeof(Program).GetMethod("Throw", BindingFlags.Static | BindingFlags.NonPublic).Invoke(null, new object[] { "by reflection" });

    static void Run(string name, Action action)
    {
        Console.WriteLine(name);
        try { action(); }
        catch (Exception e) { Say("escaped: " + e.GetType() + " " + e.Message); }
    }

    static void RunAll()
    {
        Run("two passes", TwoPasses);
        Run("filter throws", FilterThrows);
        Run("finally throws", FinallyThrows);
        Run("catch in finally", CatchInFinally);
        Run("catch throws", CatchThrows);
        Run("return", () => Say(ReturnThroughFinally().ToString()));
        Run("static", StaticConstructor);
        Run("threads", Threads);
        Run("rethrow", RethrowKeeps);
        Run("invoke", Invoke);
    }

    static void Main()
    {
        RunAll();
        Console.WriteLine("-- with first-chance events");
        AppDomain.CurrentDomain.FirstChanceException += (sender, e) =>
            Say("first chance: " + e.Exception.GetType().Name + " " + e.Exception.Message + " " + (sender == null) + " " + (e.Exception.StackTrace?.Split('\n').Length ?? 0));
        RunAll();
    }
}
