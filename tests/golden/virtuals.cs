// Generic virtual methods, explicit interfaces, variance, default comparers, constraints.
using System;
using System.Collections.Generic;

interface IVisitor<out R> { R Visit<T>(T value); }
interface ISource<out T> { T Get(); }
interface ISink<in T> { void Put(T item); }

class Namer : IVisitor<string>
{
    public virtual string Visit<T>(T value)
    {
        return typeof(T).Name + "=" + value;
    }
}

class Sizer : Namer, IVisitor<int>
{
    public override string Visit<T>(T value)
    {
        return "sizer " + base.Visit(new List<T> { value });
    }

    int IVisitor<int>.Visit<T>(T value)
    {
        return value == null ? 0 : value.ToString().Length;
    }
}

class Source<T> : ISource<T>
{
    readonly T item;

    public Source(T item)
    {
        this.item = item;
    }

    public T Get()
    {
        return item;
    }
}

class Sink<T> : ISink<T>
{
    public readonly List<string> Got = new List<string>();

    public void Put(T item)
    {
        Got.Add(typeof(T).Name + ":" + item);
    }
}

abstract class Shape<TSelf> where TSelf : Shape<TSelf>
{
    public virtual TSelf Me { get { return (TSelf)this; } }
    public abstract string Name { get; }
    public override string ToString() { return "shape " + Me.Name; }
}

class Circle : Shape<Circle>
{
    public override string Name { get { return "circle"; } }
}

class Base
{
    public virtual object M(object o) { return "Base.M(object)"; }
    public virtual object M(string s) { return "Base.M(string)"; }
}

class Derived : Base
{
    public override object M(object o) { return "Derived.M(object) " + base.M("x"); }
    public object M(int n) { return "Derived.M(int)"; }
}

interface IOne { string F(); }
interface ITwo { string F(); }
class Both : IOne, ITwo
{
    string IOne.F() { return "one"; }
    string ITwo.F() { return "two"; }
    public string F() { return "own"; }
}
class Again : Both, ITwo
{
    public new string F() { return "again"; }
}

static class Virtuals
{
    static R Apply<R>(IVisitor<R> visitor)
    {
        Console.Write("{0} {1} ", visitor.Visit("s"), visitor.Visit(42));
        return visitor.Visit(2.5);
    }

    static string Compare<T>(T a, T b)
    {
        return Comparer<T>.Default.Compare(a, b) + "/" + EqualityComparer<T>.Default.Equals(a, b);
    }

    static T Clone<T>(T value) where T : class, ICloneable
    {
        return (T)value.Clone();
    }

    interface INamed<T>
    {
        string Name();
    }

    class NamedBase<U, V> : INamed<U>
    {
        string INamed<U>.Name() { return "base"; }
    }

    class Named<T> : NamedBase<string, T>, INamed<T>
    {
        string INamed<T>.Name() { return "derived"; }
    }

    // Two interfaces of a generic class may be one in an instance of it.
    static void Merged()
    {
        var one = new Named<string>();
        var two = new Named<object>();
        Console.WriteLine("{0} {1} {2}", ((INamed<string>)one).Name(), ((INamed<string>)two).Name(),
                          ((INamed<object>)two).Name());
    }

    static void Main()
    {
        Merged();
        Namer[] namers = { new Namer(), new Sizer() };
        foreach (Namer namer in namers)
            Console.WriteLine(Apply(namer));
        Console.WriteLine(Apply<int>(new Sizer()));
        ISource<object> source = new Source<string>("covariant");
        Console.WriteLine(source.Get());
        var sink = new Sink<object>();
        ISink<string> narrow = sink;
        narrow.Put("contravariant");
        Console.WriteLine(string.Join(" ", sink.Got));
        Console.WriteLine(new Circle());
        Base b = new Derived();
        Console.WriteLine("{0} {1} {2}", b.M(1), b.M("s"), new Derived().M(1));
        var again = new Again();
        Console.WriteLine("{0} {1} {2} {3}", ((IOne)again).F(), ((ITwo)again).F(), again.F(), ((Both)again).F());
        Console.WriteLine("{0} {1} {2}", Compare(1, 2), Compare("b", "a"), Compare<double?>(null, 1));
        Console.WriteLine(Clone(new[] { 1, 2, 3 }).Length);
        Func<object, string> describe = o => "object " + o;
        Func<string, object> viaString = describe;
        Console.WriteLine(viaString("x"));
        IComparer<Base> comparer = Comparer<Base>.Create((x, y) => 0);
        IComparer<Derived> derived = comparer;
        Console.WriteLine(derived.Compare(new Derived(), new Derived()));
        Delegate made = Delegate.CreateDelegate(typeof(Func<string>), again, "F");
        Console.WriteLine(made.DynamicInvoke());
    }
}
