// Generic types and methods over references and values, constraints, variance.
using System;
using System.Collections.Generic;

struct Point : IEquatable<Point>
{
    public readonly int X, Y;

    public Point(int x, int y)
    {
        X = x;
        Y = y;
    }

    public bool Equals(Point other)
    {
        return X == other.X && Y == other.Y;
    }

    public override bool Equals(object other)
    {
        return other is Point && Equals((Point)other);
    }

    public override int GetHashCode()
    {
        return X * 31 + Y;
    }

    public override string ToString()
    {
        return "(" + X + "," + Y + ")";
    }
}

struct Plain // equality and hash from ValueType
{
    public int Number;
    public string Text;
}

class Pair<A, B>
{
    public static int Made;
    public A First;
    public B Second;

    public Pair(A first, B second)
    {
        First = first;
        Second = second;
        Made++;
    }

    public Pair<B, A> Swap()
    {
        return new Pair<B, A>(Second, First);
    }

    public override string ToString()
    {
        return string.Format("<{0}|{1}> of {2} and {3}", First, Second, typeof(A).Name,
                             typeof(B).Name);
    }
}

interface IShape
{
    double Area { get; }
}

class Square : IShape
{
    public double Side = 3;
    public double Area { get { return Side * Side; } }
}

class Tree<T> where T : IComparable<T>
{
    class Node
    {
        public T Value;
        public Node Left, Right;
    }

    Node root;

    public void Add(T value)
    {
        Add(ref root, value);
    }

    static void Add(ref Node node, T value)
    {
        if (node == null)
            node = new Node { Value = value };
        else if (value.CompareTo(node.Value) < 0)
            Add(ref node.Left, value);
        else
            Add(ref node.Right, value);
    }

    static IEnumerable<T> Walk(Node node)
    {
        if (node == null)
            yield break;
        foreach (T value in Walk(node.Left))
            yield return value;
        yield return node.Value;
        foreach (T value in Walk(node.Right))
            yield return value;
    }

    public IEnumerable<T> Sorted { get { return Walk(root); } }
}

abstract class Converter
{
    public abstract string Convert<T>(T value);
}

class Describer : Converter
{
    public override string Convert<T>(T value)
    {
        return typeof(T).Name + ":" + value;
    }
}

static class Generics
{
    static T Max<T>(T a, T b) where T : IComparable<T>
    {
        return a.CompareTo(b) >= 0 ? a : b;
    }

    static T Make<T>() where T : new()
    {
        return new T();
    }

    static void Swap<T>(ref T a, ref T b)
    {
        T t = a;
        a = b;
        b = t;
    }

    static double Total(IEnumerable<IShape> shapes)
    {
        double sum = 0;
        foreach (IShape shape in shapes)
            sum += shape.Area;
        return sum;
    }

    static int Depth<T>(int n)
    {
        return n == 0 ? typeof(T).ToString().Length : Depth<List<T>>(n - 1);
    }

    static void Variance()
    {
        IEnumerable<object> objects = new List<string> { "co", "variant" };
        Console.WriteLine(string.Join(" ", objects));
        Action<object> print = o => Console.WriteLine("contra {0}", o);
        Action<string> printString = print;
        printString("variant");
        Console.WriteLine(Total(new List<Square> { new Square(), new Square { Side = 1 } }));
        Func<string> text = () => "func";
        Func<object> any = text;
        Console.WriteLine(any());
        Console.WriteLine((object)new List<int>() is IEnumerable<object>);
    }

    static void Main()
    {
        Console.WriteLine("{0} {1} {2}", Max(3, 8), Max("pear", "fig"), Max(2.5, -1));
        var pair = new Pair<string, int>("one", 1);
        Console.WriteLine("{0} {1}", pair, pair.Swap());
        new Pair<string, object>("x", null);
        new Pair<object, string>(null, "y");
        Console.WriteLine("{0} {1} {2}", Pair<string, int>.Made, Pair<string, object>.Made,
                          Pair<long, long>.Made);

        var points = new Dictionary<Point, string>();
        for (int i = 0; i < 10; i++)
            points[new Point(i % 3, i % 2)] = "p" + i;
        Console.WriteLine("{0} {1}", points.Count, points[new Point(2, 1)]);
        var plain = new Dictionary<Plain, int> { { new Plain { Number = 1, Text = "a" }, 7 } };
        Console.WriteLine(plain.ContainsKey(new Plain { Number = 1, Text = "a" }));
        var nested = new List<Point> { new Point(1, 2), new Point(3, 4) };
        Console.WriteLine("{0} {1}", nested.IndexOf(new Point(3, 4)), string.Join(" ", nested));

        var numbers = new Tree<int>();
        var words = new Tree<string>();
        foreach (int n in new[] { 5, 2, 8, 1 })
            numbers.Add(n);
        foreach (string s in "the quick brown fox".Split(' '))
            words.Add(s);
        Console.WriteLine("{0} / {1}", string.Join(" ", numbers.Sorted),
                          string.Join(" ", words.Sorted));

        int a = 1, b = 2;
        string c = "c", d = "d";
        Swap(ref a, ref b);
        Swap(ref c, ref d);
        Console.WriteLine("{0}{1}{2}{3}", a, b, c, d);
        Converter converter = new Describer();
        Console.WriteLine("{0} {1} {2}", converter.Convert(5), converter.Convert("s"),
                          converter.Convert(new Point(7, 8)));
        Console.WriteLine("{0} {1}", Make<Point>(), Make<List<int>>().Count);
        Console.WriteLine("{0} {1}", default(Point), default(string) == null);
        Console.WriteLine(Depth<int>(5) > 100);
        int? none = null, some = 4;
        Console.WriteLine("{0} {1} {2}", none.HasValue, some + 1, (none ?? 9) + some.Value);
        Variance();
    }
}
