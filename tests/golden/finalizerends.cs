// Finalizers that register their object again, that belong to objects whose class could not
// be initialised or whose constructor threw, and the last one: it ends the process, and no
// other runs after it. (Mono makes the object before the class is initialised, and dies in its
// finalizer.)
using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;

class Again
{
    public static Again Kept;
    public static int Count;
    public int Left = 3;

    ~Again()
    {
        Count++;
        if (Left-- > 0)
        {
            Kept = this;
            GC.ReRegisterForFinalize(this);
        }
    }
}

class NoClass
{
    static int fails = Fail();

    static NoClass() { }
    static int Fail() { throw new Exception("no class"); }
    ~NoClass() { Counts.NoClass++; }
}

class NoClass<T>
{
    static NoClass() { throw new Exception("no class"); }
    ~NoClass() { Counts.NoClass++; }
}

class NoConstructor
{
    public NoConstructor() { throw new Exception("no constructor"); }
    ~NoConstructor() { Counts.NoConstructor++; }
}

static class Counts
{
    public static int NoClass, NoConstructor, Suppressed, Registered;
}

class Base
{
    public static int Bases, Derived;
    ~Base() { Interlocked.Increment(ref Bases); }
}
class Derived : Base
{
    ~Derived() { Interlocked.Increment(ref Derived); }
}

class Suppressed
{
    readonly bool again;
    public Suppressed(bool again)
    {
        this.again = again;
        GC.SuppressFinalize(this);
        if (again)
            GC.ReRegisterForFinalize(this);
    }
    ~Suppressed()
    {
        if (again)
            Counts.Registered++;
        else
            Counts.Suppressed++;
    }
}

class Last
{
    static int runs;
    ~Last()
    {
        Console.WriteLine(Interlocked.Increment(ref runs) == 1 ? "the last one" : "another one");
        Environment.Exit(0);
    }
}

static class FinalizerEnds
{
    const int Many = 40;

    // On a thread of its own, whose stack is gone when the collector looks.
    static void Run(ThreadStart body)
    {
        var thread = new Thread(body);
        thread.Start();
        thread.Join();
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    static void Repeat(Action make)
    {
        for (int i = 0; i < Many; i++)
            try
            {
                make();
            }
            catch (Exception e)
            {
                if (i == 0)
                    Console.WriteLine(e.GetType().Name);
            }
    }

    static string Most(int count)
    {
        return count > Many ? "too many" : count > Many - 5 ? "all" : count == 0 ? "none" : "few";
    }

    static int Main()
    {
        AppDomain.CurrentDomain.ProcessExit += (sender, e) => Console.WriteLine("process exit");
        Run(() => new Again());
        for (int i = 0; i < 6; i++)
            Run(() => Again.Kept = null);
        Console.WriteLine("again " + Again.Count);

        Run(() => Repeat(() => new NoClass()));
        Run(() => Repeat(() => new NoClass<int>()));
        Run(() => Repeat(() => new NoClass<string>()));
        Run(() => Repeat(() => Activator.CreateInstance(typeof(NoClass))));
        Console.WriteLine("no class: " + Most(Counts.NoClass));
        Run(() => Repeat(() => new NoConstructor()));
        Console.WriteLine("no constructor: " + Most(Counts.NoConstructor));
        Run(() => Repeat(() => new Derived()));
        Console.WriteLine("derived: " + Most(Base.Derived) + " " + (Base.Derived == Base.Bases));
        Run(() => Repeat(() => new Suppressed(false)));
        Run(() => Repeat(() => new Suppressed(true)));
        Console.WriteLine("suppressed: " + Most(Counts.Suppressed) + ", registered: " + Most(Counts.Registered));

        Run(() => Repeat(() => new Last()));
        Thread.Sleep(5000);
        return 3;
    }
}
