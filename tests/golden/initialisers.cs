// The order of static constructors, field initialisers, base constructors and virtual calls.
using System;
using System.Runtime.CompilerServices;

static class Log
{
    public static int Say(string text)
    {
        Console.WriteLine(text);
        return text.Length;
    }
}

class Base
{
    static int s = Log.Say("Base static");
    int field = Log.Say("Base field");

    static Base()
    {
        Log.Say("Base..cctor");
    }

    public Base()
    {
        Log.Say("Base..ctor");
        Hook();
    }

    public virtual void Hook()
    {
        Log.Say("Base.Hook " + (field + s));
    }
}

class Derived : Base
{
    static int s = Log.Say("Derived static");
    int field = Log.Say("Derived field");
    string text;

    static Derived()
    {
        Log.Say("Derived..cctor");
    }

    public Derived() : this("chained")
    {
        Log.Say("Derived..ctor");
    }

    Derived(string text)
    {
        this.text = text;
    }

    public override void Hook()
    {
        Log.Say("Derived.Hook " + (text ?? "null") + (field + s > 0));
    }
}

class A
{
    public static int Value;

    static A()
    {
        Log.Say("A..cctor sees B.Value " + B.Value);
        Value = B.Value + 1;
    }

    public static void Touch() { }
}

class B
{
    public static int Value;

    static B()
    {
        Log.Say("B..cctor sees A.Value " + A.Value);
        Value = A.Value + 10;
    }
}

class Generic<T>
{
    public static readonly string Name;

    static Generic()
    {
        Name = typeof(T).Name;
        Log.Say("Generic<" + Name + ">..cctor");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Touch() { }
}

class Unused
{
    static Unused()
    {
        Log.Say("never");
    }

    public const int Constant = 5;
}

struct Value
{
    public static readonly int Count;

    static Value()
    {
        Log.Say("Value..cctor");
        Count = 3;
    }

    public int Get()
    {
        return Count;
    }
}

static class Initialisers
{
    static void Main()
    {
        Log.Say("Main");
        new Derived();
        new Derived();
        A.Touch();
        Console.WriteLine("{0} {1}", A.Value, B.Value);
        Generic<int>.Touch();
        Generic<string>.Touch();
        Generic<object>.Touch();
        Generic<int>.Touch();
        Console.WriteLine(Generic<string>.Name + Generic<object>.Name);
        Console.WriteLine(Unused.Constant);
        Console.WriteLine(default(Value).Get());
        RuntimeHelpers.RunClassConstructor(typeof(Generic<long>).TypeHandle);
    }
}
