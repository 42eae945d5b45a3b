// Exceptions that the runtime itself raises: types, messages, HRESULTs.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;

static class Program
{
    interface IThing { void Do(); }
    class A { public int Field; public virtual void M() { } }
    class B : A { }
    class C : A { }
    class Outer { public class Inner<T> { } }
    struct S { public int X; }
    enum Color { Red }

    class BadStatic
    {
        public static int Value = Compute();
        static int Compute() => throw new InvalidOperationException("no value");
    }

    class BadGeneric<T>
    {
        public static T Value = Compute();
        static T Compute() => throw new InvalidOperationException("no generic value");
    }

    [DllImport("no_such_library_here")]
    static extern void Missing();
    [DllImport("libc", EntryPoint = "no_such_function_here")]
    static extern void MissingFunction();

    static void Show(string what, Action action)
    {
        try
        {
            action();
            Console.WriteLine(what + ": nothing");
        }
        catch (Exception e)
        {
            Console.WriteLine($"{what}: {e.GetType().FullName} 0x{e.HResult:x8}");
            Console.WriteLine("    " + e.Message.Replace("\n", "\n    "));
            for (Exception inner = e.InnerException; inner != null; inner = inner.InnerException)
                Console.WriteLine($"    <- {inner.GetType().FullName}: {inner.Message}");
        }
    }

    static object Null() => null;
    static int Zero() => 0;
    static T Cast<T>(object o) => (T)o;

    static void Main()
    {
        Show("null", () => ((A)Null()).M());
        Show("null field", () => Console.WriteLine(((A)Null()).Field));
        Show("null array", () => Console.WriteLine(((int[])Null())[0]));
        Show("null length", () => Console.WriteLine(((int[])Null()).Length));
        Show("throw null", () => throw (Exception)Null());
        Show("unbox null", () => Console.WriteLine((int)Null()));
        Show("cast", () => Console.WriteLine((B)(object)new C()));
        Show("cast interface", () => Console.WriteLine((IThing)(object)new C()));
        Show("cast array", () => Console.WriteLine((string[])(object)new int[1]));
        Show("cast generic", () => Console.WriteLine((List<string>)(object)new List<int>()));
        Show("cast nested generic", () => Console.WriteLine((Outer.Inner<int>)(object)"text"));
        Show("cast of T", () => Cast<B>(new C()));
        Show("cast of T int", () => Cast<int>("text"));
        Show("unbox", () => Console.WriteLine((int)(object)1L));
        Show("unbox enum", () => Console.WriteLine((Color)(object)"x"));
        Show("unbox struct", () => Console.WriteLine(((S)(object)1).X));
        Show("index", () => Console.WriteLine((new int[2])[Zero() + 2]));
        Show("index 2", () => Console.WriteLine((new int[2, 2])[2, Zero()]));
        Show("index 3", () => { var a = new int[2]; a[Zero() - 1] = 1; });
        Show("string index", () => Console.WriteLine("abc"[Zero() + 3]));
        Show("divide", () => Console.WriteLine(1 / Zero()));
        Show("divide long", () => Console.WriteLine(1L % Zero()));
        Show("min by -1", () => Console.WriteLine(int.MinValue / (Zero() - 1)));
        Show("checked", () => Console.WriteLine(checked(int.MaxValue + (Zero() + 1))));
        Show("checked conv", () => Console.WriteLine(checked((byte)(300 + Zero()))));
        Show("negative array", () => Console.WriteLine(new int[Zero() - 1].Length));
        Show("store", () => { object[] a = new string[1]; a[0] = 1; });
        Show("store ref", () => { object[] a = new string[1]; ref object r = ref a[0]; r = 1; });
        Show("static", () => Console.WriteLine(BadStatic.Value));
        Show("static again", () => Console.WriteLine(BadStatic.Value));
        Show("static generic", () => Console.WriteLine(BadGeneric<string>.Value));
        Show("huge array", () => Console.WriteLine(new byte[int.MaxValue].Length + new long[int.MaxValue].Length));
        Show("monitor exit", () => Monitor.Exit(new object()));
        Show("monitor wait", () => Monitor.Wait(new object()));
        Show("monitor pulse", () => Monitor.Pulse(new object()));
        Show("library", () => { try { Missing(); } catch (DllNotFoundException e) { throw new Exception(e.Message.Split('\n')[0]); } });
        Show("function", () => MissingFunction());
        Show("finite", () => Console.WriteLine(Math.Sign(double.NaN)));
        Show("abstract", () => Activator.CreateInstance(typeof(Array)));
        Show("no ctor", () => Activator.CreateInstance(typeof(string)));
        Show("interface", () => Activator.CreateInstance(typeof(IThing)));
        Show("assembly", () => Assembly.Load("No.Such.Assembly"));
        Show("assembly 2", () => Assembly.Load("No.Such.Assembly, Version=1.2.3.4, Culture=neutral, PublicKeyToken=null"));
        Show("assembly file", () => Assembly.LoadFrom("/nowhere/at.all.dll"));
        Show("type", () => typeof(Program).Assembly.GetType("No.Such.Type", true));
        Show("type 2", () => Type.GetType("No.Such.Type, No.Such.Assembly", true));
        Show("type 3", () => Type.GetType("No.Such.Type", true));
        Show("stack guard", () => RuntimeHelpers.EnsureSufficientExecutionStack());
        Show("convert", () => Convert.ChangeType("x", typeof(int)));
        Show("handle", () => GCHandle.FromIntPtr(IntPtr.Zero));
        Show("arithmetic", () => throw new ArithmeticException());
        Show("out of memory", () => throw new OutOfMemoryException());
        Show("rank", () => Array.Copy(new int[1, 1], new int[1], 1));
        Show("array type", () => Array.Copy(new int[1], new string[1], 1));
        Show("cast array copy", () => Array.Copy(new object[] { "x" }, new int[1], 1));
    }
}
