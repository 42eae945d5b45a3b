// Generics over a value type of the program's own, and shared generic virtual methods called
// directly, through an interface and through delegates.
using System;
using System.Collections.Generic;

struct Point : IEquatable<Point>, IComparable<Point>
{
    public readonly int X;
    public readonly double Y;
    public readonly string Name;
    public Point(int x, double y, string name) { X = x; Y = y; Name = name; }
    public bool Equals(Point other) { return X == other.X && Y == other.Y; }
    public int CompareTo(Point other) { return X.CompareTo(other.X); }
    public override int GetHashCode() { return X; }
    public override string ToString() { return Name + "(" + X + ", " + Y + ")"; }
}

interface IVisitor
{
    string Visit<T>(T value, int n);
}

class Namer : IVisitor
{
    public virtual string Visit<T>(T value, int n)
    {
        return "base " + typeof(T).Name + " " + value + " " + n;
    }

    public virtual TResult[] Fill<T, TResult>(T seed, Func<T, TResult> make, int n)
    {
        var result = new TResult[n];
        for (int i = 0; i < n; i++)
            result[i] = make(seed);
        return result;
    }
}

class Louder<TClass> : Namer
{
    int visits;

    public override string Visit<T>(T value, int n)
    {
        visits += n;
        return "louder " + typeof(TClass).Name + " " + typeof(T).Name + " " + value + " " + visits;
    }
}

static class Sharing
{
    static void Lists()
    {
        var points = new List<Point>();
        for (int i = 10; i > 0; i--)
            points.Add(new Point(i * 7 % 11, i / 4.0, "p" + i));
        points.Sort();
        Console.WriteLine(string.Join(" ", points));
        Console.WriteLine(points.IndexOf(new Point(7, 0.25, "?")));
        Console.WriteLine(points.Contains(new Point(7, 0.5, "?")));
        var byPoint = new Dictionary<Point, List<Point>>();
        foreach (Point p in points) {
            var key = new Point(p.X % 3, 0, "key");
            List<Point> list;
            if (!byPoint.TryGetValue(key, out list))
                byPoint[key] = list = new List<Point>();
            list.Add(p);
        }
        foreach (var pair in byPoint)
            Console.WriteLine("{0}: {1}", pair.Key, pair.Value.Count);
    }

    static void Visit(Namer namer, IVisitor visitor)
    {
        Func<string, int, string> text = namer.Visit<string>;
        Func<object, int, string> boxed = namer.Visit<object>;
        Func<Point, int, string> point = visitor.Visit<Point>;
        Func<string, int, string> through = visitor.Visit<string>;
        for (int i = 1; i < 4; i++) {
            Console.WriteLine(text("t", i));
            Console.WriteLine(boxed(i, i));
            Console.WriteLine(point(new Point(i, i, "q"), i));
            Console.WriteLine(through("i", i));
        }
        Func<string, Func<string, Point>, int, Point[]> fill = namer.Fill<string, Point>;
        Console.WriteLine(string.Join(" ", fill("seed", s => new Point(s.Length, 1, s), 3)));
        Func<string, Func<string, object>, int, object[]> objects = namer.Fill<string, object>;
        Console.WriteLine(objects("seed", s => s + "!", 2)[1]);
    }

    struct Cell<T>
    {
        public T Value;
        public string Show(string prefix) { return prefix + Value; }
        public string Both<U>(string prefix) { return prefix + Value + " and " + typeof(U).Name; }
    }

    // The target is a box, the methods want the address of what is in it and a context.
    static void Boxed()
    {
        var text = new Cell<string> { Value = "text" };
        var number = new Cell<int> { Value = 5 };
        Func<string, string>[] all = { text.Show, text.Both<string>, text.Both<int>,
                                       number.Show, number.Both<string>, number.Both<int> };
        foreach (var f in all)
            Console.WriteLine(f("boxed "));
    }

    static void Main()
    {
        Boxed();
        Lists();
        Visit(new Namer(), new Namer());
        Visit(new Louder<string>(), new Louder<Point>());
        Visit(new Louder<List<string>>(), new Louder<object>());
    }
}
