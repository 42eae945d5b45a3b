// Relations of types as reflection tells them: assignability, interface maps, type
// parameters, names that are no names of types.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Threading;

public interface IShape { }
public interface IConsume<in T> { void Take(T item); }
public class Consumer : IConsume<object> { public void Take(object item) { } }
public class Pair<A, B> { }
public class Chain<A> : Pair<A, Chain<A>> { }

public struct Four { public int A; }

public class Generic<T>
{
    public T Field;

    public static MethodBase Current<U>(T t, U u) { return MethodBase.GetCurrentMethod(); }
}

public class TypeRelations
{
    enum Small : byte { A }
    enum Plain { A, B }

    public void Constrained<T, U, V, W>(T t, U u, V v, W w)
        where U : IShape where V : TypeRelations where W : U { }

    static void Try(string name, Func<object> ask)
    {
        try {
            Console.WriteLine("{0}: {1}", name, ask() ?? "null");
        } catch (ArgumentException e) {
            Console.WriteLine("{0}: {1} of {2}", name, e.GetType(), e.ParamName);
        } catch (Exception e) {
            Console.WriteLine("{0}: {1}", name, e.GetType());
        }
    }

    static void Matrix(string name, params Type[] types)
    {
        foreach (Type to in types)
            Console.WriteLine("{0} {1} {2}", name, to, string.Concat(types.Select(
                from => to.IsAssignableFrom(from) ? "1" : "0")));
    }

    static Type Parameter(int i)
    {
        return typeof(TypeRelations).GetMethod("Constrained").GetGenericArguments()[i];
    }

    static void Assignable()
    {
        Matrix("references", typeof(int).MakeByRefType(), typeof(uint).MakeByRefType(),
               typeof(Plain).MakeByRefType(), typeof(long).MakeByRefType(),
               typeof(Small).MakeByRefType(), typeof(object).MakeByRefType(),
               typeof(Four).MakeByRefType(), typeof(int), typeof(object));
        Matrix("parameters", Parameter(0), Parameter(1), Parameter(2), Parameter(3),
               typeof(IShape), typeof(TypeRelations), typeof(object), typeof(int));
        Matrix("nullables", typeof(int?), typeof(int), typeof(Plain?), typeof(Plain),
               typeof(Enum), typeof(IConvertible), typeof(ValueType), typeof(object));
        Matrix("definitions", typeof(List<>), typeof(IEnumerable<>), typeof(List<int>),
               typeof(IEnumerable<int>), typeof(object), typeof(System.Collections.IList));
    }

    static void Names()
    {
        Assembly corlib = typeof(int).Assembly;
        foreach (string name in new[] { "&x", "System.Int32[", "System.Int32&&", "*",
                     "System.Int32]", "System.Int32,", "System.Nope", "System.Int32[,*]" }) {
            Try("Type.GetType " + name, () => Type.GetType(name, true));
            Try("quiet " + name, () => Type.GetType(name, false));
            Try("Assembly.GetType " + name, () => corlib.GetType(name, true));
        }
        Try("qualified", () => corlib.GetType("System.Int32, mscorlib", true));
        Try("qualified, quiet", () => corlib.GetType("System.Int32, mscorlib", false));
        Try("white space", () => Type.GetType("System.Uri,\n\tSystem,\nVersion=4.0.0.0," +
            "\nCulture=neutral\n,\nPublicKeyToken=b77a5c561934e089"));
    }

    public static void Main()
    {
        Assignable();
        Names();
        Try("variant map", () => typeof(Consumer).GetInterfaceMap(typeof(IConsume<string>))
                                     .TargetMethods[0]);
        Try("no map", () => typeof(Consumer).GetInterfaceMap(typeof(IShape)));
        Try("DeclaringMethod", () => Parameter(1).DeclaringMethod);
        Try("DeclaringMethod of int", () => typeof(int).DeclaringMethod);
        Try("TypedReference[]", () => typeof(TypedReference).MakeArrayType());
        Try("TypedReference&", () => typeof(TypedReference).MakeByRefType());
        Try("33 dimensions", () => typeof(int).MakeArrayType(33));
        Type own = typeof(Chain<>).GetGenericArguments()[0];
        Try("base", () => typeof(Chain<>).BaseType == typeof(Pair<,>).MakeGenericType(
                              own, typeof(Chain<>).MakeGenericType(own)));
        Try("GetName of no enum", () => Enum.GetName(typeof(string), Plain.A));
        Try("IsDefined of no enum", () => Enum.IsDefined(typeof(string), 4));
        Try("current", () => Generic<int>.Current(1, 2.0).DeclaringType);
        RuntimeFieldHandle field = typeof(Generic<int>).GetField("Field").FieldHandle;
        Try("other's field", () => FieldInfo.GetFieldFromHandle(
                                       field, typeof(Generic<string>).TypeHandle));
        Try("own field", () => FieldInfo.GetFieldFromHandle(
                                   field, typeof(Generic<int>).TypeHandle));
        foreach (AssemblyName name in typeof(Uri).Assembly.GetReferencedAssemblies())
            Console.WriteLine("{0} {1}", name.Name, name.HashAlgorithm);
    }
}
