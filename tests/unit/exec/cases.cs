// Each static method of Cases that takes nothing returns 1 where the runtime is right.
using System;

interface IValue { int Value(int x); }
struct Wide : IValue {
    public int A; public double D; public long C;
    public int Value(int x) { return A + x; }
}
struct Pair { public float X, Y; }
class Plain : IValue {
    public virtual int Kind() { return 1; }
    public int Value(int x) { return x * 2; }
}
class Derived : Plain { public override int Kind() { return 2; } }
class Box<T> {
    public T Item;
    public static int Reads;
    public T Read() { Reads++; return Item; }
}

static class Cases
{
    static int log;

    static int Fib(int n) { return n < 2 ? n : Fib(n - 1) + Fib(n - 2); }
    static int Bool(bool b) { return b ? 1 : 0; }
    static Wide MakeWide(int a) { Wide w; w.A = a; w.D = 1.5; w.C = 7; return w; }
    static Pair MakePair(float x) { Pair p; p.X = x; p.Y = x + 1; return p; }
    static double Many(int a, double b, long c, float d, int e, int f, int g, int h, double i,
        Wide w, int j, Pair p)
    {
        return a + b + c + d + e + f + g + h + i + w.D + j + p.X * p.Y;
    }

    public static int Recursion() { return Bool(Fib(15) == 610); }
    public static int StructResult() { Wide w = MakeWide(5); return Bool(w.A + w.D + w.C == 13.5); }
    public static int SmallStruct() { Pair p = MakePair(2); return Bool(p.X + p.Y == 5); }
    public static int ManyArguments()
    {
        return Bool(Many(1, 2, 3, 4, 5, 6, 7, 8, 9, MakeWide(1), 10, MakePair(2)) == 62.5);
    }
    public static int InterfaceOnStruct() { IValue v = MakeWide(5); return Bool(v.Value(3) == 8); }
    public static int InterfaceOnClass() { IValue v = new Derived(); return Bool(v.Value(3) == 6); }
    public static int VirtualCall() { Plain p = new Derived(); return Bool(p.Kind() == 2); }
    public static int GenericStatics()
    {
        var b = new Box<string>();
        b.Item = "q";
        return Bool(b.Read() == "q" && Box<string>.Reads == 1 && Box<object>.Reads == 0);
    }
    public static int Closure()
    {
        int k = 5;
        Func<int, int> f = x => x + k;
        return Bool(f(3) == 8);
    }
    public static int Multicast()
    {
        int sum = 0;
        Action<int> f = x => sum += x;
        f += x => sum += 10 * x;
        f(2);
        return Bool(sum == 22);
    }
    public static int Matrix() { var m = new int[3, 4]; m[2, 3] = 5; return Bool(m[2, 3] + m.Length == 17); }
    public static int MatrixBounds()
    {
        var m = new int[3, 4];
        try { m[2, log + 4] = 1; } catch (IndexOutOfRangeException) { return 1; }
        return 0;
    }
    public static int NullableBox() { int? n = 4; object o = n; n = null; return Bool((int)o == 4 && (object)n == null); }
    public static int Overflow()
    {
        int max = int.MaxValue;
        try { checked { max += 1 + log; } } catch (OverflowException) { return 1; }
        return 0;
    }

    static void Throw(int kind)
    {
        switch (kind) {
        case 0: throw new InvalidOperationException();
        case 1: new int[2][kind + 4] = 1; break;
        case 2: object none = null; none.GetHashCode(); break;
        case 3: log = 5 / (kind - 3); break;
        case 4: object text = "x"; log = (int)text; break;
        case 5: new object[0].Clone(); object[] a = new string[1]; a[0] = new object(); break;
        }
    }
    static int Caught(int kind)
    {
        int before = log;
        try {
            try { Throw(kind); } finally { log = before + 1; }
        } catch (InvalidOperationException) { return 10;
        } catch (IndexOutOfRangeException) { return 11;
        } catch (NullReferenceException) { return 12;
        } catch (DivideByZeroException) { return 13;
        } catch (InvalidCastException e) when (e != null) { return 14;
        } catch (ArrayTypeMismatchException) { return 15; }
        return 0;
    }
    public static int MachineExceptions()
    {
        for (int i = 0; i < 6; i++)
            if (Caught(i) != 10 + i)
                return 0;
        return Bool(log == 6);
    }
    public static int LeaveRunsFinally()
    {
        int r = 0;
        for (int i = 0; i < 3; i++) {
            try {
                try {
                    if (i == 1) continue;
                    if (i == 2) break;
                    r += 1;
                } finally { r += 10; }
            } finally { r += 100; }
        }
        return Bool(r == 331);
    }
    public static int FinallyReplaces()
    {
        try {
            try { throw new Exception(); } finally { throw new ArgumentException(); }
        } catch (ArgumentException) { return 1; }
    }
    public static int Rethrow()
    {
        int r = 0;
        try {
            try { throw new Exception(); } catch (Exception) { r++; throw; }
        } catch (Exception) { r += 10; }
        return Bool(r == 11);
    }
    static bool BadFilter() { throw new Exception(); }
    public static int FilterThrows()
    {
        try {
            try { throw new ArgumentException(); } catch (Exception) when (BadFilter()) { return 0; }
        } catch (ArgumentException) { return 1; }
    }
    static int Deep(int n)
    {
        if (n == 0)
            throw new Exception();
        try { return Deep(n - 1) + 1; } finally { log++; }
    }
    public static int DeepUnwind()
    {
        try { Deep(500); } catch (Exception) { return Bool(log == 500); }
        return 0;
    }
    static int Endless(int n) { return Endless(n + 1) + 1; }
    public static int StackOverflow()
    {
        for (int i = 0; i < 2; i++)
            try { Endless(0); return 0; } catch (StackOverflowException) { }
        return 1;
    }
}
