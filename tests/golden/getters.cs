// Methods that only load a field, called again and again from one place: with other types, with
// null, for nothing, and where the result goes to what it was taken from.
using System;

class Node
{
    public Node next;
    public int number;
    public byte small;
    public sbyte signed;
    public short medium;
    public long large;
    public float single;
    public double real;
    public bool flag;
    public string name;
    public Node(int n, Node next)
    {
        number = n; this.next = next; small = (byte)(250 + n); signed = (sbyte)-n; medium = (short)(-300 * n);
        large = n * 10000000000L; single = n / 3f; real = n / 7.0; flag = n % 2 == 1; name = "n" + n;
    }
    public Node Next { get { return next; } }
    public int Number { get { return number; } }
    public byte Small { get { return small; } }
    public sbyte Signed { get { return signed; } }
    public short Medium { get { return medium; } }
    public long Large { get { return large; } }
    public float Single { get { return single; } }
    public double Real { get { return real; } }
    public bool Flag { get { return flag; } }
    public string Name { get { return name; } }
    public virtual int Kind { get { return number; } }
    public virtual string Label { get { return name; } }
}

class Other : Node
{
    int other = 77;
    public Other(int n, Node next) : base(n, next) { }
    public override int Kind { get { return other; } }
    public override string Label { get { return "other " + Number; } }
}

interface IHas { int Value { get; } }
class First : IHas { int value = 1; public int Value { get { return value; } } }
class Second : IHas { int pad = 9, value = 2; public int Value { get { return value + pad - 9; } } }
struct Third : IHas
{
    public int pad, value;
    public int Value { get { return value; } }
}

class Program
{
    static int sum;

    static string Look(Node node)
    {
        return node.Number + " " + node.Small + " " + node.Signed + " " + node.Medium + " " + node.Large + " " +
            node.Single.ToString("F3") + " " + node.Real.ToString("F3") + " " + node.Flag + " " + node.Name;
    }

    static void Ignore(Node node) { int unused = node.Kind; var ignored = node.Next; node.Name.GetType(); }

    static int Kinds(Node node) { return node.Kind * 2 + node.Label.Length; }

    static int Value(IHas has) { return has.Value; }

    static Node Last(Node node)
    {
        while (node.Next != null)
            node = node.Next;
        return node;
    }

    static int Caught(Node node)
    {
        int got = 5;
        try { got = node.Number; }
        catch (NullReferenceException) { return -got; }
        return got;
    }

    static void Main()
    {
        Node list = null;
        for (int i = 5; i > 0; i--)
            list = i % 2 == 0 ? new Other(i, list) : new Node(i, list);
        for (int round = 0; round < 3; round++)
            for (Node n = list; n != null; n = n.Next)
            {
                Console.WriteLine(Look(n) + " " + Kinds(n));
                Ignore(n);
                sum += Caught(n);
            }
        Console.WriteLine(Last(list).Number + " " + sum);
        IHas[] all = { new First(), new First(), new Second(), new Third { value = 3 }, new First(), new Third { value = 4 } };
        foreach (IHas has in all)
            Console.Write(Value(has) + " ");
        Console.WriteLine();
        Third[] thirds = { new Third { value = 8 }, new Third { value = 9 } };
        foreach (Third third in thirds)
            Console.Write(third.Value + thirds[0].Value + " ");
        Console.WriteLine(Caught(null));
        foreach (Action<Node> action in new Action<Node>[] {
            n => Look(n), n => Kinds(n), n => Ignore(n), n => Last(n), n => Console.WriteLine(n.Next.Next.Number) })
            try { action(null); Console.WriteLine("no"); }
            catch (NullReferenceException e) { Console.WriteLine(e.StackTrace.Contains("Program")); }
        try { Value(null); } catch (NullReferenceException) { Console.WriteLine("null"); }
    }
}
