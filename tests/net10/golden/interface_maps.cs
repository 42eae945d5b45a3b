using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;

// Interface maps: of open types, of instances, through variance, with default and static members.
interface IShape<T> { T Area { get; } void Scale(T by); static abstract T Zero { get; } string Name() => "shape of " + typeof(T).Name; }
interface INamed { string Name(); }
interface IOut<out T> { T Get(); }
interface IDerived<T> : IShape<T> { string IShape<T>.Name() => "derived"; void More(); }
class Square<T> : IShape<T>, INamed, IOut<string>
{
    public T Area => default;
    public virtual void Scale(T by) { }
    static T IShape<T>.Zero => default;
    string INamed.Name() => "square";
    public string Get() => "";
}
class Tile<T, U> : Square<U>, IDerived<U>, IComparable<Tile<T, U>>
{
    public override void Scale(U by) { }
    public void More() { }
    public int CompareTo(Tile<T, U> other) => 0;
}
abstract class Half<T> : IShape<T>
{
    public abstract T Area { get; }
    void IShape<T>.Scale(T by) { }
    public static T Zero => default;
}
struct Pair<A, B> : IEquatable<Pair<A, B>>, IOut<A>
{
    public bool Equals(Pair<A, B> other) => true;
    public A Get() => default;
}
static class P
{
    static string Show(MethodInfo m) => m == null ? "-" : m.DeclaringType + "::" + m;
    static void Map(Type type, Type iface)
    {
        Console.WriteLine(type + " as " + iface);
        try
        {
            var map = type.GetInterfaceMap(iface);
            if (map.InterfaceType != iface || map.TargetType != type)
                Console.WriteLine("  other types: " + map.InterfaceType + " " + map.TargetType);
            for (int i = 0; i < map.InterfaceMethods.Length; i++)
                Console.WriteLine("  " + Show(map.InterfaceMethods[i]) + " -> " + Show(map.TargetMethods[i]));
        }
        catch (Exception e) { Console.WriteLine("  " + e.GetType() + ": " + e.Message); }
    }
    static void All(Type type)
    {
        foreach (var iface in type.GetInterfaces().OrderBy(i => i.ToString(), StringComparer.Ordinal))
            Map(type, iface);
    }
    static void Main()
    {
        All(typeof(Square<>));
        All(typeof(Square<int>));
        All(typeof(Tile<,>));
        All(typeof(Tile<string, object>));
        All(typeof(Tile<,>).BaseType);
        All(typeof(Half<>));
        All(typeof(Half<string>));
        All(typeof(Pair<,>));
        All(typeof(Pair<int, string>));
        Map(typeof(Pair<string, int>), typeof(IOut<object>));
        Map(typeof(Square<int>), typeof(IOut<object>));
        Map(typeof(Square<>), typeof(IShape<>));
        Map(typeof(Square<int>), typeof(IShape<>));
        Map(typeof(Square<>), typeof(IShape<int>));
        Map(typeof(List<>), typeof(List<>).GetInterfaces().First(i => i.Name == "IList`1"));
        Map(typeof(Dictionary<,>), typeof(System.Collections.IDictionary));
        Map(typeof(int[]), typeof(IList<int>));
        Map(typeof(IDerived<>), typeof(IShape<>));
        Map(typeof(IDerived<int>), typeof(IShape<int>));
        Map(typeof(Square<>), typeof(string));
        Map(typeof(Square<>).GetGenericArguments()[0], typeof(INamed));
        Map(typeof(Square<int>), typeof(IDisposable));
    }
}
