// Calls that reflection makes: nullables, arrays of arrays, delegates over null; what a
// thread says of itself; files that go when they are closed.
using System;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Security.Principal;
using System.Threading;

public struct Counter
{
    public int Value;

    public int Add() { return Value += 10; }
}

public delegate int AddTo(ref Counter counter);

public class Invocations
{
    public void Closed() { Console.WriteLine("closed over null: {0}", this == null); }

    public void ClosedInt(int x) { Console.WriteLine("{0} {1}", this == null, x); }

    static void Try(string name, Func<object> ask)
    {
        try {
            Console.WriteLine("{0}: {1}", name, ask() ?? "null");
        } catch (Exception e) {
            Console.WriteLine("{0}: {1}", name, e.GetType());
        }
    }

    static void Nullables()
    {
        Type type = typeof(int?);
        Try("created", () => Activator.CreateInstance(type, new object[] { 5 }).GetType());
        Try("of null", () => Activator.CreateInstance(type, new object[] { null }));
        Try("of nothing", () => Activator.CreateInstance(type));
        Try("constructed", () => type.GetConstructors()[0].Invoke(new object[] { 7 }));
        foreach (string name in new[] { "get_HasValue", "get_Value", "ToString", "GetHashCode" })
            Try(name, () => type.GetMethod(name).Invoke(10, null));
        Try("Equals", () => type.GetMethod("Equals").Invoke(10, new object[] { 10 }));
    }

    static void Jagged()
    {
        ConstructorInfo make = typeof(int[][]).GetConstructors().First(
            c => c.GetParameters().Length == 2);
        var rows = (int[][])make.Invoke(new object[] { 3, 4 });
        Console.WriteLine("{0} rows of {1}", rows.Length, string.Join(" ",
            rows.Select(r => r.Length)));
        Try("negative", () => make.Invoke(new object[] { 3, -1 }));
        Try("address", () => typeof(int[]).GetMethod("Address").Invoke(
                                 new int[1], new object[] { 0 }));
    }

    static void Delegates()
    {
        MethodInfo closed = typeof(Invocations).GetMethod("Closed");
        ((Action)Delegate.CreateDelegate(typeof(Action), null as object, closed))();
        ((Action)closed.CreateDelegate(typeof(Action), null))();
        ((Action<int>)Delegate.CreateDelegate(typeof(Action<int>), null as object,
            typeof(Invocations).GetMethod("ClosedInt")))(42);
        MethodInfo add = typeof(Counter).GetMethod("Add");
        var counter = new Counter { Value = 100 };
        Console.WriteLine(((AddTo)Delegate.CreateDelegate(typeof(AddTo), add))(ref counter));
        var over = (Func<int>)Delegate.CreateDelegate(typeof(Func<int>), counter, add);
        Console.WriteLine("{0} {1} {2}", over(), over(), counter.Value);
        Try("no target", () => Delegate.CreateDelegate(typeof(Func<int>), null, add) != null);
    }

    static void Threads()
    {
        var thread = new Thread(() => Console.WriteLine("in {0}",
            Thread.CurrentThread.GetApartmentState())) { IsBackground = true };
        Console.WriteLine("{0} {1}", thread.ThreadState, thread.GetApartmentState());
        thread.Start();
        thread.Join();
        Console.WriteLine(thread.ThreadState);
        thread = new Thread(() => { });
        thread.SetApartmentState(ApartmentState.STA);
        Console.WriteLine("{0} {1}", thread.TrySetApartmentState(ApartmentState.MTA),
            thread.GetApartmentState());
        Console.WriteLine("main: {0}", Thread.CurrentThread.GetApartmentState());
    }

    static void Users()
    {
        Try("anonymous", () => WindowsIdentity.GetAnonymous().IsAuthenticated);
        Try("nobody", () => new WindowsIdentity("no such user").Token.ToInt64() < 0);
        var me = new WindowsPrincipal(WindowsIdentity.GetCurrent());
        Try("in no such group", () => me.IsInRole("no such group"));
    }

    [STAThread]
    public static void Main()
    {
        Nullables();
        Jagged();
        Delegates();
        Threads();
        Users();
        string path = Path.GetTempFileName() + ".temporary";
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None,
                                  1024, FileOptions.DeleteOnClose);
        Console.WriteLine("open: {0}", File.Exists(path));
        file.Close();
        Console.WriteLine("closed: {0}", File.Exists(path));
        Environment.SetEnvironmentVariable("GOLDEN_VARIABLE", "x");
        Environment.SetEnvironmentVariable("GOLDEN_VARIABLE", "\0");
        Try("variable", () => Environment.GetEnvironmentVariable("GOLDEN_VARIABLE"));
    }
}
