// What reflection says of types of all kinds, open ones too, and of those made of others.
using System.Reflection;

class Base<T> { public class Nested { } public class Deep<U> { } }
class Derived<T> : Base<T[]>, IComparable<T> where T : IComparable<T>, new()
{
    public int CompareTo(T other) => 0;
}
class Closed : Base<int> { }
interface IShape<out T> { T Get(); }
struct Pair<A, B> { public A First; public B Second; }
enum Small : byte { One = 1, Two }
delegate R Maker<in A, out R>(A a);
ref struct Window { public Span<int> Span; }
static unsafe class Prog
{
    static void Try(string name, Action action)
    {
        try { action(); }
        catch (Exception e) { Console.WriteLine($"{name}: {e.GetType().Name}: {e.Message}"); }
    }

    static void Describe(Type t)
    {
        Console.WriteLine($"{t} | {t.Name} | {t.FullName} | {t.Namespace}");
        Console.WriteLine($"  base {t.BaseType} declaring {t.DeclaringType} element {t.GetElementType()}");
        Console.WriteLine($"  {t.IsValueType} {t.IsClass} {t.IsInterface} {t.IsEnum} {t.IsArray} {t.IsPrimitive} {t.IsByRefLike} {t.IsSealed} {t.IsAbstract}");
        Console.WriteLine($"  {t.IsGenericType} {t.IsGenericTypeDefinition} {t.IsConstructedGenericType} {t.ContainsGenericParameters} {t.IsVisible} {Type.GetTypeCode(t)} {t.Attributes}");
        Console.WriteLine($"  args {string.Join(", ", t.GetGenericArguments().Select(a => a.ToString()))}");
    }

    static void Main()
    {
        foreach (var t in new[] {
            typeof(int), typeof(string), typeof(object), typeof(void), typeof(List<>), typeof(List<int>),
            typeof(Dictionary<string, int[]>), typeof(int[]), typeof(int[,]), typeof(int[][,]), typeof(int*),
            typeof(void*), typeof(int*[]), typeof(Base<>), typeof(Base<>.Nested), typeof(Base<int>.Deep<string>),
            typeof(Derived<>), typeof(Closed), typeof(IShape<>), typeof(Pair<,>), typeof(Pair<int, string>),
            typeof(Small), typeof(Maker<,>), typeof(Window), typeof(Nullable<>), typeof(int?), typeof(DayOfWeek),
            typeof(int).MakeByRefType(), typeof(Prog), typeof(delegate*<int, string>),
            typeof(delegate*<int, string>).MakePointerType(), typeof(delegate*<int, string>).MakeByRefType() })
            Describe(t);
        var function = typeof(delegate* unmanaged<int*, void>);
        Console.WriteLine($"{function.StructLayoutAttribute.Value} {function.StructLayoutAttribute.Size}");
        Console.WriteLine(System.Runtime.InteropServices.Marshal.SizeOf(function));

        var param = typeof(Derived<>).GetGenericArguments()[0];
        Try("size", () => System.Runtime.InteropServices.Marshal.SizeOf(param));
        Console.WriteLine($"{param} {param.DeclaringType} {param.IsGenericParameter} {param.GenericParameterPosition} {param.GenericParameterAttributes}");
        Console.WriteLine(string.Join(", ", param.GetGenericParameterConstraints().Select(c => c.ToString())));
        Console.WriteLine(typeof(IShape<>).GetGenericArguments()[0].GenericParameterAttributes);
        Console.WriteLine(typeof(Derived<>).BaseType.GetGenericArguments()[0].GetElementType() == param);
        Console.WriteLine(string.Join(", ", typeof(Derived<>).GetInterfaces().Select(i => i.ToString())));
        Console.WriteLine(string.Join(", ", typeof(int[]).GetInterfaces().Select(i => i.ToString()).Order(StringComparer.Ordinal)));

        Console.WriteLine(typeof(Pair<,>).MakeGenericType(typeof(int), typeof(Small)));
        Console.WriteLine(typeof(Pair<,>).MakeGenericType(param, typeof(int)).ContainsGenericParameters);
        Console.WriteLine(typeof(List<>).MakeGenericType(typeof(List<>).GetGenericArguments()[0]) == typeof(List<>));
        Console.WriteLine(typeof(int).MakeArrayType() == typeof(int[]));
        Console.WriteLine(typeof(int).MakeArrayType(1) + " " + typeof(int).MakeArrayType(3) + " " + typeof(int).MakePointerType());
        Try("constraint", () => typeof(Derived<>).MakeGenericType(typeof(Prog)));
        Try("arity", () => typeof(Pair<,>).MakeGenericType(typeof(int)));
        Try("not generic", () => typeof(int).MakeGenericType(typeof(int)));
        Try("null", () => typeof(List<>).MakeGenericType((Type)null));

        Console.WriteLine(typeof(IEnumerable<object>).IsAssignableFrom(typeof(List<string>)));
        Console.WriteLine(typeof(IComparable<>).IsAssignableFrom(typeof(Derived<>)));
        Console.WriteLine(typeof(object).IsAssignableFrom(param) + " " + typeof(ValueType).IsAssignableFrom(typeof(Small)));
        Console.WriteLine(typeof(int[]).IsAssignableTo(typeof(IList<int>)) + " " + typeof(uint[]).IsAssignableTo(typeof(int[])));
        Console.WriteLine(typeof(Closed).IsSubclassOf(typeof(Base<int>)) + " " + typeof(Closed).IsSubclassOf(typeof(Base<>)));
        Console.WriteLine(typeof(int?).IsInstanceOfType(5) + " " + typeof(IConvertible).IsInstanceOfType("x"));

        foreach (var n in new[] { "System.Int32", "System.Collections.Generic.List`1[System.String]", "Base`1+Deep`1[[System.Int32],[System.Char]]",
                 "System.Int32[,]", "System.Int32*", "System.Int32&", "No.Such", "system.int32" })
            Console.WriteLine($"{n} -> {Type.GetType(n)}");
        Console.WriteLine(Type.GetType("system.int32", false, true));
        Try("missing", () => Type.GetType("No.Such", true));

        Console.WriteLine(typeof(Small).GetEnumUnderlyingType() + " " + string.Join(",", typeof(Small).GetEnumNames()) + " " + Enum.GetUnderlyingType(typeof(DayOfWeek)));
        Console.WriteLine(string.Join(",", Enum.GetValues<Small>()) + " " + Enum.IsDefined(typeof(Small), (byte)2) + " " + (Small)3);

        var map = typeof(Derived<int>).GetInterfaceMap(typeof(IComparable<int>));
        Console.WriteLine(map.InterfaceMethods[0] + " -> " + map.TargetMethods[0] + " " + map.TargetMethods[0].DeclaringType);
        Console.WriteLine(typeof(delegate*<int, string, void>) + " " + typeof(delegate* unmanaged<int>).IsUnmanagedFunctionPointer);
        Console.WriteLine(string.Join(",", typeof(delegate*<int, string, void>).GetFunctionPointerParameterTypes().Select(x => x.Name)));
        Console.WriteLine(System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(map) != 0);
    }
}
