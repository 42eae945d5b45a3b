// Delegates: open ones dispatch, closed ones over null, asynchronous calls' checks.
using System;
using System.Reflection;

class Shape
{
    public int Id;
    public virtual int Area(int k) { return Id * k; }
    public virtual string Kind<T>() { return "shape of " + typeof(T).Name; }
    public static string Describe(Shape shape, int k) { return shape + "/" + k; }
}

class Square : Shape
{
    public override int Area(int k) { return Id * Id * k; }
    public override string Kind<T>() { return "square of " + typeof(T).Name; }
    public override string ToString() { return "square " + Id; }
}

struct Counter
{
    public int Count;
    public int Add(int n) { Count += n; return Count; }
    public override string ToString() { return "counter " + Count; }
}

static class Delegates
{
    delegate int AddTo(ref Counter counter, int n);
    delegate int Binary(int a, int b);

    static int Plus(int a, int b) { return a + b; }

    static void Try(string title, Func<object> action)
    {
        try {
            Console.WriteLine("{0}: {1}", title, action());
        } catch (Exception e) {
            Console.WriteLine("{0}: {1}: {2}", title, e.GetType().Name, e.Message);
        }
    }

    static T Over<T>(Type type, string name, params Type[] args)
    {
        MethodInfo method = type.GetMethod(name);
        if (args.Length > 0)
            method = method.MakeGenericMethod(args);
        return (T)(object)Delegate.CreateDelegate(typeof(T), method);
    }

    static void Open()
    {
        var square = new Square { Id = 5 };
        var area = Over<Func<Shape, int, int>>(typeof(Shape), "Area");
        Console.WriteLine("{0} {1} {2}", area(square, 3), area(new Shape { Id = 5 }, 3), area.Method);
        Try("open over null", () => area(null, 1));
        var text = Over<Func<object, string>>(typeof(object), "ToString");
        Console.WriteLine("{0} {1} {2}", text(7), text("s"), text(new Counter { Count = 2 }));
        var kind = Over<Func<Shape, string>>(typeof(Shape), "Kind", typeof(int));
        Console.WriteLine("{0}, {1}", kind(square), kind(new Shape()));
        var kindOf = Over<Func<Shape, string>>(typeof(Shape), "Kind", typeof(string));
        Console.WriteLine("{0}, {1}", kindOf(square), kindOf(new Shape()));
        var compare = Over<Func<IComparable, object, int>>(typeof(IComparable), "CompareTo");
        Console.WriteLine("{0} {1}", compare(3, 4), compare("b", "a"));
        var counter = new Counter { Count = 1 };
        var add = Over<AddTo>(typeof(Counter), "Add");
        Console.WriteLine("{0} {1}", add(ref counter, 3), counter.Count);
    }

    static void Closed()
    {
        MethodInfo area = typeof(Shape).GetMethod("Area");
        Type type = typeof(Func<int, int>);
        Try("closed", () => ((Func<int, int>)Delegate.CreateDelegate(type, new Square { Id = 4 }, area))(2));
        Try("closed over null", () => ((Func<int, int>)Delegate.CreateDelegate(type, null, area))(2));
        Try("static over null", () => ((Func<int, string>)Delegate.CreateDelegate(
            typeof(Func<int, string>), null, typeof(Shape).GetMethod("Describe")))(2));
    }

    static void Async()
    {
        Binary plus = Plus, twice = plus + plus;
        IAsyncResult call = plus.BeginInvoke(20, 22, null, null);
        Try("end", () => plus.EndInvoke(call));
        Try("end again", () => plus.EndInvoke(call));
        Try("two targets", () => twice.BeginInvoke(1, 2, null, null));
    }

    static void Main()
    {
        Open();
        Closed();
        Async();
    }
}
