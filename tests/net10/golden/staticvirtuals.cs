// Static abstract and virtual members of interfaces: in value types, classes, generic
// classes and bases, with defaults in interfaces, from exact and from shared code.
using System;
using System.Collections.Generic;

interface IShape<T> where T : IShape<T>
{
    static abstract T Make(int n);
    static abstract string Name { get; }
    static abstract T operator +(T a, T b);
    static virtual string Kind() => "shape " + T.Name;
    static virtual string Of<U>(U u) => T.Name + " of " + typeof(U).Name + " " + u;
    string Show();
}

struct Square : IShape<Square>
{
    int side;
    public static Square Make(int n) => new Square { side = n };
    public static string Name => "square";
    public static Square operator +(Square a, Square b) => Make(a.side + b.side);
    public string Show() => Name + " " + side;
}

class Circle : IShape<Circle>
{
    protected int radius;
    public static Circle Make(int n) => new Circle { radius = n };
    public static string Name => "circle";
    public static Circle operator +(Circle a, Circle b) => Make(a.radius + b.radius);
    static string IShape<Circle>.Kind() => "round";
    static string IShape<Circle>.Of<U>(U u) => "round " + typeof(U).Name;
    public string Show() => Name + " " + radius;
}

class Box<V> : IShape<Box<V>>
{
    int n;
    public static Box<V> Make(int n) => new Box<V> { n = n };
    public static string Name => "box of " + typeof(V).Name;
    public static Box<V> operator +(Box<V> a, Box<V> b) => Make(a.n + b.n);
    static string IShape<Box<V>>.Of<U>(U u) => typeof(V).Name + "/" + typeof(U).Name;
    public string Show() => Name + " " + n;
}

// -- defaults in interfaces ---------------------------------------------------------

interface IRoot { static virtual string Who() => "root"; }
interface ILeft : IRoot { static string IRoot.Who() => "left"; }
interface IRight : IRoot { static string IRoot.Who() => "right"; }
interface IJoin : ILeft, IRight { static string IRoot.Who() => "join"; }
struct Plain : IRoot { }
struct Left : ILeft { }
class Joined : IJoin { }
class Own : IJoin { static string IRoot.Who() => "own"; }
class Derived : Own { }
class Again : Own, IRoot { static string IRoot.Who() => "again"; }

// -- variance -----------------------------------------------------------------------

interface ISource<out T> { static abstract string From(); }
class Strings : ISource<string> { public static string From() => "strings"; }
class Objects : Strings, ISource<object>
{
    static string ISource<object>.From() => "objects";
}

// -- several interfaces with one method ---------------------------------------------

interface IFirst { static abstract int Number(); }
interface ISecond { static abstract int Number(); }
struct Both : IFirst, ISecond
{
    static int IFirst.Number() => 1;
    static int ISecond.Number() => 2;
}

static class Program
{
    static void Use<T>() where T : IShape<T>
    {
        T sum = T.Make(3) + T.Make(4);
        Console.WriteLine(sum.Show() + ", " + T.Kind() + ", " + T.Of(1) + ", " + T.Of("s"));
        Func<int, T> make = T.Make;
        Console.WriteLine(make(5).Show());
    }

    static T Sum<T>(int n) where T : IShape<T>
    {
        T sum = T.Make(0);
        for (int i = 1; i <= n; i++)
            sum += T.Make(i);
        return sum;
    }

    static string Who<T>() where T : IRoot => T.Who();
    static string From<T>() where T : ISource<string> => T.From();
    static string FromObject<T>() where T : ISource<object> => T.From();
    static int First<T>() where T : IFirst => T.Number();
    static int Second<T>() where T : ISecond => T.Number();

    class Holder<T> where T : IShape<T>
    {
        public static string Name() => T.Name;
        public string Both<U>() where U : IShape<U> => T.Name + " and " + U.Name;
        public Func<string> Later() => () => T.Kind();
    }

    static unsafe string Pointer<T>() where T : IRoot
    {
        delegate*<string> who = &T.Who;
        return who();
    }

    static void Main()
    {
        Use<Square>();
        Use<Circle>();
        Use<Box<int>>();
        Use<Box<string>>();
        Use<Box<List<string>>>();
        Console.WriteLine(Sum<Square>(100).Show());
        Console.WriteLine(Sum<Circle>(1000).Show());
        Console.WriteLine(Sum<Box<string>>(10000).Show());
        Console.WriteLine(Who<Plain>() + " " + Who<Left>() + " " + Who<Joined>() + " " +
                          Who<Own>() + " " + Who<Derived>() + " " + Who<Again>());
        Console.WriteLine(From<Strings>() + " " + FromObject<Strings>() + " " +
                          From<Objects>() + " " + FromObject<Objects>());
        Console.WriteLine(First<Both>() + " " + Second<Both>());
        Console.WriteLine(Holder<Circle>.Name() + " " + Holder<Square>.Name() + " " +
                          Holder<Box<object>>.Name());
        Console.WriteLine(new Holder<Circle>().Both<Box<string>>() + ", " +
                          new Holder<Box<string>>().Both<Square>() + ", " +
                          new Holder<Square>().Both<Circle>());
        Console.WriteLine(new Holder<Circle>().Later()() + " " +
                          new Holder<Square>().Later()());
        Console.WriteLine(Pointer<Plain>() + " " + Pointer<Joined>());
    }
}
