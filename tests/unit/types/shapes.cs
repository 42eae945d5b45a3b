// Types whose layout, slots and interface maps tests/unit/test_types.c knows.
using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

public interface IWork { void Work(); }
public interface ITake<in T> { void Take(T t); }
public interface IGive<out T> { T Give(); U As<U>(U u); }
public delegate R Fun<in A, out R>(A a);

// Implements explicitly and has a public method of the same name.
public class Explicit : IWork {
    void IWork.Work() { }
    public virtual void Work() { }
}
public class Redeclares : Explicit, IWork { }
public class Reimplements : Explicit, IWork { public new void Work() { } }
public class Overrides : Explicit { public override void Work() { } }

public class Public : IWork { public virtual void Work() { } }
public class PublicOverride : Public { public override void Work() { } }
public class Hides : Public { public new virtual void Work() { } }

public abstract class Open : IWork { public abstract void Work(); }
public class Closed : Open { public override void Work() { } }

public class Base { public void Work() { } }
public class FromBase : Base, IWork { }

public class Giver<T> : IGive<T>, ITake<T> {
    public T Value;
    public T Give() { return Value; }
    public U As<U>(U u) { return u; }
    public void Take(T t) { Value = t; }
    public virtual string Show(T t) { return "T"; }
    public virtual string Show(int i) { return "int"; }
}
public class IntGiver : Giver<int> { }
public class Finalized { ~Finalized() { } }

// What refers to itself without harm.
public class SelfCompare : IComparable<SelfCompare> {
    public int CompareTo(SelfCompare o) { return 0; }
}
public struct StaticSelf { public static StaticSelf Zero; public int X; }
public class Node<T> where T : IComparable<T> { public List<Node<T>> Next; public T Item; }

public struct Mixed { public byte A; public object O; public short B; public int C; }
public class MixedClass { public byte A; public object O; public short B; public long C; public string S; }
public class MixedChild : MixedClass { public byte D; public object P; }
public struct Empty { }
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct Packed { public byte A; public int B; public short C; }
[StructLayout(LayoutKind.Sequential, Size = 40)]
public struct Sized { public int A; }
[StructLayout(LayoutKind.Explicit)]
public struct Union {
    [FieldOffset(0)] public int I;
    [FieldOffset(0)] public float F;
    [FieldOffset(8)] public object O;
    [FieldOffset(8)] public string S;
}
public struct Two<A, B> { public A First; public B Second; }
public struct Nested { public Two<object, int> T; public byte Z; }
public enum Small : byte { A, B }

public class Statics {
    public const int Literal = 5;
    public static byte B;
    public static object O;
    [ThreadStatic] public static string T;
    [ThreadStatic] public static int I;
    public static long L;
    public static Mixed M;
    public static readonly byte[] Data = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
}

// Member references of all kinds.
public class Uses<T> {
    T[,] grid = new T[2, 3];
    public T Grid(int i) { grid[i, 0] = grid[0, i]; return Id(ref grid[1, 1]); }
    static X Id<X>(ref X x) { return x; }
    public static int Sum(__arglist) { return new ArgIterator(__arglist).GetRemainingCount(); }
    public static object Calls() {
        int[,,] cube = new int[1, 2, 3];
        cube[0, 1, 2] = Sum(__arglist(1, "two", 3.0));
        var d = new Dictionary<string, List<T>>();
        d.Add("x", new List<T>());
        return Array.ConvertAll(new string[0], s => s.Length + cube.Length);
    }
}
