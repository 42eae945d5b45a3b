// UnsafeAccessor: constructors, methods, fields, of classes, values and generic types, by
// a type's name where it can't be named, and what is thrown when there is no such member.
using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;

#if __MonoCS__
namespace System.Runtime.CompilerServices
{
    enum UnsafeAccessorKind { Constructor, Method, StaticMethod, Field, StaticField }
    class UnsafeAccessorAttribute : Attribute
    {
        public UnsafeAccessorAttribute(UnsafeAccessorKind kind) { }
        public string Name { get; set; }
    }
    class UnsafeAccessorTypeAttribute : Attribute
    {
        public UnsafeAccessorTypeAttribute(string name) { }
    }
}
#endif

class Store
{
    private int count;
    private static string title = "a store";
    private string[] names = { "one", "two" };
    private Store(int n) { count = n; }
    private Store() { count = -1; }
    private int Add(int n) => count += n;
    private int Add(string s) => count += s.Length;
    private static string Join(string a, int b) => a + "-" + b;
    protected virtual string Say() => "store " + count;
    private T Echo<T>(T value, int n) { count += n; return value; }
    public override string ToString() => "Store(" + count + ", " + title + ", " + names[1] + ")";
}

struct Point
{
    private int x, y;
    private Point(int a, int b) { x = a; y = b; }
    private int Sum() => x + y;
    private void Move(int n) { x += n; y += n; }
    private static Point Zero() => new Point(0, 0);
}

class Loud
{
    protected virtual string Say() => "loud";
}
class Louder : Loud
{
    protected override string Say() => "louder";
}

class Pair<A, B>
{
    private A first;
    private static int made;
    private Pair(A a) { first = a; made++; }
    private string Both(B b) => first + " and " + b + " of " + typeof(A).Name + "," + typeof(B).Name;
    private string Pick(A a) => "A";
    private string Pick(int n) => "int";
    private C Third<C>(C c, A a) { first = a; return c; }
    public class Inner<C> { }
}

class Outer
{
    private class Hidden
    {
        private int secret = 42;
        private static int shared = 7;
        private Hidden() { }
        private Hidden(int n) { secret = n; }
        private string Tell(string s) => s + secret;
        private static Hidden Make(int n) => new Hidden(n);
        public override string ToString() => "Hidden " + secret + " " + shared;
    }
    static bool ran;
    static Outer() { ran = true; Console.WriteLine("Outer..cctor"); }
    private static int Late = 5;
}

static class On
{
    [UnsafeAccessor(UnsafeAccessorKind.Constructor)] public static extern Store New(int n);
    [UnsafeAccessor(UnsafeAccessorKind.Constructor)] public static extern Store New();
    [UnsafeAccessor(UnsafeAccessorKind.Method)] public static extern int Add(Store s, int n);
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "Add")] public static extern int AddText(Store s, string t);
    [UnsafeAccessor(UnsafeAccessorKind.Method)] public static extern string Say(Store s);
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "Say")] public static extern string SayLoud(Loud s);
    [UnsafeAccessor(UnsafeAccessorKind.Method)] public static extern T Echo<T>(Store s, T value, int n);
    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod)] public static extern string Join(Store s, string a, int b);
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "count")] public static extern ref int Count(Store s);
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "names")] public static extern ref string[] Names(Store s);
    [UnsafeAccessor(UnsafeAccessorKind.StaticField, Name = "title")] public static extern ref string Title(Store s);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)] public static extern Point NewPoint(int a, int b);
    [UnsafeAccessor(UnsafeAccessorKind.Method)] public static extern int Sum(ref Point p);
    [UnsafeAccessor(UnsafeAccessorKind.Method)] public static extern void Move(ref Point p, int n);
    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod)] public static extern Point Zero(Point p);
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "y")] public static extern ref int Y(ref Point p);

    [UnsafeAccessor(UnsafeAccessorKind.Method)] public static extern void Nowhere(Store s);
    [UnsafeAccessor(UnsafeAccessorKind.Field)] public static extern ref int nothing(Store s);
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "count")] public static extern ref long WrongType(Store s);
    [UnsafeAccessor(UnsafeAccessorKind.StaticField, Name = "count")] public static extern ref int NotStatic(Store s);
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "x")] public static extern ref int ByValue(Point p);
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "Say")] public static extern string Inherited(Louder s);
    [UnsafeAccessor(UnsafeAccessorKind.StaticField, Name = "Late")] public static extern ref int Late(Outer o);
}

static class OnPair<A, B>
{
    [UnsafeAccessor(UnsafeAccessorKind.Constructor)] public static extern Pair<A, B> New(A a);
    [UnsafeAccessor(UnsafeAccessorKind.Method)] public static extern string Both(Pair<A, B> p, B b);
    [UnsafeAccessor(UnsafeAccessorKind.Method)] public static extern string Pick(Pair<A, B> p, A b);
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "Pick")] public static extern string PickInt(Pair<A, B> p, int b);
    [UnsafeAccessor(UnsafeAccessorKind.Method)] public static extern C Third<C>(Pair<A, B> p, C c, A a);
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "first")] public static extern ref A First(Pair<A, B> p);
    [UnsafeAccessor(UnsafeAccessorKind.StaticField, Name = "made")] public static extern ref int Made(Pair<A, B> p);
    [UnsafeAccessor(UnsafeAccessorKind.Method)] public static extern void Nowhere(Pair<A, B>.Inner<A> p);
    [UnsafeAccessor(UnsafeAccessorKind.Field)] public static extern ref B nothing(List<A> l);
}

static class OnHidden
{
    const string Name = "Outer+Hidden";
    [UnsafeAccessor(UnsafeAccessorKind.Constructor)] [return: UnsafeAccessorType(Name)] public static extern object New(int n);
    [UnsafeAccessor(UnsafeAccessorKind.Method)] public static extern string Tell([UnsafeAccessorType(Name)] object h, string s);
    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod)] [return: UnsafeAccessorType(Name)] public static extern object Make([UnsafeAccessorType(Name)] object h, int n);
    [UnsafeAccessor(UnsafeAccessorKind.Field)] public static extern ref int secret([UnsafeAccessorType(Name)] object h);
    [UnsafeAccessor(UnsafeAccessorKind.StaticField)] public static extern ref int shared([UnsafeAccessorType(Name)] object h);
}

static class Program
{
    static void Try(string name, Action action)
    {
        try { action(); Console.WriteLine(name + ": nothing thrown"); }
        catch (MissingMemberException e) { Console.WriteLine(name + ": " + e.Message); }
        catch (Exception e) { Console.WriteLine(name + ": " + e.GetType().Name); }
    }

    static void UsePair<A, B>(A a, B b, A other)
    {
        var pair = OnPair<A, B>.New(a);
        Console.WriteLine(OnPair<A, B>.Both(pair, b));
        OnPair<A, B>.First(pair) = other;
        Console.WriteLine(OnPair<A, B>.Both(pair, b) + " " + OnPair<A, B>.Made(pair));
        Console.WriteLine(OnPair<A, B>.Third(pair, "third", a) + " " + OnPair<A, B>.Third(pair, 3, a) +
                          " " + OnPair<A, B>.First(pair));
    }

    static void Main()
    {
        Store store = On.New(10);
        Console.WriteLine(On.Add(store, 5) + " " + On.AddText(store, "four"));
        Console.WriteLine(On.Say(store) + " " + On.New());
        Console.WriteLine(On.SayLoud(new Loud()) + " " + On.SayLoud(new Louder()));
        Console.WriteLine(On.Echo(store, "echo", 1) + " " + On.Echo(store, 77, 1));
        Console.WriteLine(On.Join(null, "a", 3));
        On.Count(store) += 100;
        On.Names(store)[1] = "zwei";
        On.Title(null) = "the store";
        Console.WriteLine(store);

        Point p = On.NewPoint(3, 4);
        On.Move(ref p, 10);
        On.Y(ref p) = 1;
        Point zero = On.Zero(p);
        Console.WriteLine(On.Sum(ref p) + " " + On.Sum(ref zero));

        UsePair(1, "b", 2);
        UsePair("a", "b", "c");
        UsePair(new List<int>(), 5, null);
        UsePair(1L, new object[0], 5L);
        var ints = OnPair<int, int>.New(0);
        Console.WriteLine(OnPair<int, int>.Pick(ints, 0) + " " + OnPair<int, int>.PickInt(ints, 0));
        Console.WriteLine(OnPair<string, int>.Pick(OnPair<string, int>.New("s"), "") + " " +
                          OnPair<string, int>.PickInt(OnPair<string, int>.New("s"), 0));

        object hidden = OnHidden.New(5);
        Console.WriteLine(OnHidden.Tell(hidden, "secret ") + " " + OnHidden.Make(null, 6));
        OnHidden.secret(hidden)++;
        OnHidden.shared(null) = 8;
        Console.WriteLine(hidden);

        Try("no inner method", () => OnPair<int, string>.Nowhere(null));
        Try("no field of a list", () => OnPair<int, string>.nothing(null).ToString());
        Try("Nowhere", () => On.Nowhere(store));
        Try("nothing", () => { On.nothing(store) = 1; });
        Try("WrongType", () => { On.WrongType(store) = 1; });
        Try("NotStatic", () => { On.NotStatic(store) = 1; });
        Try("ByValue", () => { On.ByValue(p) = 1; });
        Try("Inherited", () => On.Inherited(new Louder()));
        Try("null field", () => { On.Count(null) = 1; });
        Try("null method", () => On.Add(null, 1));
        Console.WriteLine(On.Late(null));
    }
}
