// IL that no C# compiler writes: where the stack may be allocated, what compares, which results
// an override may have; a base class that lies beside a file that was loaded by its path; and types
// that contradict themselves.
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.InteropServices;

public unsafe class Results
{
    public virtual int* Signed() => null;
    public virtual bool* Truth() => null;
    public virtual ref char Unit() => throw new InvalidOperationException();
    public virtual ref object Item() => throw new InvalidOperationException();
}

public class Root
{
    public virtual object Make() => "root";
}

public class Plain { public int X; }
[StructLayout(LayoutKind.Sequential)] public class Sequential { public int X; }
[StructLayout(LayoutKind.Sequential)] public class OfPlain : Plain { public int Y; }
[StructLayout(LayoutKind.Sequential)] public class OfError : Exception { public int Y; }
[StructLayout(LayoutKind.Explicit)] public class OfSequential : Sequential { [FieldOffset(0)] public int Y; }
[StructLayout(LayoutKind.Explicit)] public class OfObject<T> : Comparer<T> { public override int Compare(T x, T y) => 0; }

public interface IOne<T> { }
public interface IBoth<T> : IOne<List<T>> { }
public class One<T> : IOne<T> { }
public abstract class Abstract { }

public class Printer
{
    public virtual string Print() => "Printer";
}

static class Program
{
    static void Try(string what, Func<object> run)
    {
        try
        {
            Console.WriteLine($"{what}: {run()}");
        }
        catch (Exception e)
        {
            Console.WriteLine($"{what}: {e.GetType()}");
        }
    }

    static void Allocate(ILGenerator il)
    {
        il.Emit(OpCodes.Ldc_I4, 64);
        il.Emit(OpCodes.Conv_U);
        il.Emit(OpCodes.Localloc);
        il.Emit(OpCodes.Pop);
    }

    static int InBlocks(bool guarded, bool caught, bool ended)
    {
        var method = new DynamicMethod("InBlocks", typeof(int), null, typeof(Program).Module, true);
        ILGenerator il = method.GetILGenerator();
        il.BeginExceptionBlock();
        il.BeginExceptionBlock();
        if (guarded)
            Allocate(il);
        il.Emit(OpCodes.Newobj, typeof(Exception).GetConstructor(Type.EmptyTypes));
        il.Emit(OpCodes.Throw);
        il.BeginCatchBlock(typeof(Exception));
        il.Emit(OpCodes.Pop);
        if (caught)
            Allocate(il);
        il.EndExceptionBlock();
        il.BeginFinallyBlock();
        if (ended)
            Allocate(il);
        il.EndExceptionBlock();
        il.Emit(OpCodes.Ldc_I4_7);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<Func<int>>()();
    }

    static unsafe object Room(int n)
    {
        byte* room = stackalloc byte[n];
        *room = 1;
        return room[0];
    }

    static unsafe object RoomInTry(int n)
    {
        try
        {
            byte* room = stackalloc byte[n];
            *room = 1;
            return room[0];
        }
        finally
        {
            GC.KeepAlive(null);
        }
    }

    static Func<object, int> Comparison(OpCode how)
    {
        var method = new DynamicMethod("Compare", typeof(int), new[] { typeof(object) }, typeof(Program).Module, true);
        ILGenerator il = method.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldc_I4_0);
        il.Emit(how);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<Func<object, int>>();
    }

    static ModuleBuilder module = AssemblyBuilder
        .DefineDynamicAssembly(new AssemblyName("Odd"), AssemblyBuilderAccess.Run).DefineDynamicModule("Odd");

    static unsafe object Override(string of, Type result)
    {
        TypeBuilder type = module.DefineType(of + result.Name, TypeAttributes.Public, typeof(Results));
        MethodBuilder body = type.DefineMethod("Own", MethodAttributes.Public | MethodAttributes.Virtual
            | MethodAttributes.NewSlot, result, Type.EmptyTypes);
        ILGenerator il = body.GetILGenerator();
        il.Emit(OpCodes.Ldc_I4, 8);
        il.Emit(OpCodes.Conv_U);
        il.Emit(OpCodes.Ret);
        type.DefineMethodOverride(body, typeof(Results).GetMethod(of));
        var made = (Results)Activator.CreateInstance(type.CreateType());
        return of == "Signed" ? (long)made.Signed() : of == "Truth" ? (long)made.Truth() : made.GetType().Name;
    }

    static TypeBuilder Overrides(string name, Type parent, Type result, MethodInfo of, bool preserves, out MethodBuilder body)
    {
        TypeBuilder type = module.DefineType(name, TypeAttributes.Public, parent);
        body = type.DefineMethod(name + "Make", MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.NewSlot, result, Type.EmptyTypes);
        ILGenerator il = body.GetILGenerator();
        il.EmitWriteLine(name);
        il.Emit(OpCodes.Ldnull);
        il.Emit(OpCodes.Ret);
        if (preserves)
            body.SetCustomAttribute(new CustomAttributeBuilder(typeof(System.Runtime.CompilerServices.PreserveBaseOverridesAttribute).GetConstructor(Type.EmptyTypes), new object[0]));
        type.DefineMethodOverride(body, of);
        return type;
    }

    // The last one names Root's method or the middle one's, and is called by both.
    static object Chain(string name, bool preserves, bool middle, Type last)
    {
        MethodInfo root = typeof(Root).GetMethod("Make");
        TypeBuilder first = Overrides(name + "First", typeof(Root), typeof(Exception), root, preserves, out MethodBuilder own);
        Type made = first.CreateType();
        Type second = Overrides(name + "Second", made, last, middle ? made.GetMethod(own.Name) : root, false, out _).CreateType();
        object o = Activator.CreateInstance(second);
        ((Root)o).Make();
        made.GetMethod(own.Name).Invoke(o, null);
        return "made";
    }

    // Main : Base, each in a file of its own.
    static void Write(string folder)
    {
        var low = new PersistedAssemblyBuilder(new AssemblyName("il_odd_low"), typeof(object).Assembly);
        Type parent = low.DefineDynamicModule("il_odd_low").DefineType("Base", TypeAttributes.Public).CreateType();
        low.Save(Path.Combine(folder, "il_odd_low.dll"));
        var high = new PersistedAssemblyBuilder(new AssemblyName("il_odd_high"), typeof(object).Assembly);
        TypeBuilder main = high.DefineDynamicModule("il_odd_high").DefineType("Main", TypeAttributes.Public, parent);
        ILGenerator il = main.DefineMethod("Go", MethodAttributes.Public | MethodAttributes.Static, typeof(int), null)
            .GetILGenerator();
        il.Emit(OpCodes.Ldc_I4, 42);
        il.Emit(OpCodes.Ret);
        main.CreateType();
        high.Save(Path.Combine(folder, "il_odd_high.dll"));
    }

    static object Load(string folder)
    {
        Assembly high = Assembly.LoadFrom(Path.Combine(folder, "il_odd_high.dll"));
        MethodBase go = high.ManifestModule.ResolveMethod(0x06000001);
        return $"{go.Name} {go.DeclaringType} {go.DeclaringType.BaseType} {go.Invoke(null, null)}";
    }

    // Emit-made classes that implement IOne<T> and a second interface, with T and U the same or not.
    static void Interfaces(string what, Func<Type, Type, Type> second, Type parent)
    {
        TypeBuilder type = module.DefineType("Interfaces" + what.Replace(" ", ""), TypeAttributes.Public);
        GenericTypeParameterBuilder[] of = type.DefineGenericParameters("T", "U");
        if (parent != null)
            type.SetParent(parent.MakeGenericType(of[1]));
        type.AddInterfaceImplementation(typeof(IOne<>).MakeGenericType(of[0]));
        if (second != null)
            type.AddInterfaceImplementation(second(of[0], of[1]));
        Type made = type.CreateType();
        foreach (Type other in new[] { typeof(int), typeof(List<int>), typeof(byte) })
            Try($"{what} {other.Name}", () => Activator.CreateInstance(made.MakeGenericType(typeof(List<int>), other)).GetType().Name);
    }

    static MethodBuilder Printing(TypeBuilder type, string name, MethodInfo over, MethodAttributes more = MethodAttributes.NewSlot)
    {
        MethodBuilder body = type.DefineMethod(name, MethodAttributes.Public | MethodAttributes.Virtual | more, typeof(string), Type.EmptyTypes);
        ILGenerator il = body.GetILGenerator();
        il.Emit(OpCodes.Ldstr, type.Name + "." + name);
        il.Emit(OpCodes.Ret);
        if (over != null)
            type.DefineMethodOverride(body, over);
        return body;
    }

    static object Twice(bool apart)
    {
        TypeBuilder type = module.DefineType("Twice" + apart, TypeAttributes.Public, typeof(Printer));
        Printing(type, "A", typeof(Printer).GetMethod("Print"));
        Type low = apart ? type.CreateType() : null;
        if (apart)
            type = module.DefineType("TwiceMore", TypeAttributes.Public, low);
        Printing(type, "B", typeof(Printer).GetMethod("Print"));
        return ((Printer)Activator.CreateInstance(type.CreateType())).Print();
    }

    static object OneSlot()
    {
        TypeBuilder low = module.DefineType("OneSlotLow", TypeAttributes.Public, typeof(Printer));
        MethodBuilder own = Printing(low, "Print", null, 0);
        low.CreateType();
        TypeBuilder type = module.DefineType("OneSlot", TypeAttributes.Public, low);
        Printing(type, "A", typeof(Printer).GetMethod("Print"));
        Printing(type, "B", own);
        return ((Printer)Activator.CreateInstance(type.CreateType())).Print();
    }

    static object OfBody()
    {
        TypeBuilder type = module.DefineType("OfBody", TypeAttributes.Public, typeof(Printer));
        MethodBuilder first = Printing(type, "A", typeof(Printer).GetMethod("Print"));
        Printing(type, "B", first);
        return ((Printer)Activator.CreateInstance(type.CreateType())).Print();
    }

    // What stands in a method's own slot runs when it is called, whatever the call.
    static object Own(bool sealedOne)
    {
        TypeBuilder type = module.DefineType("Own" + sealedOne, TypeAttributes.Public | (sealedOne ? TypeAttributes.Sealed : 0), typeof(Printer));
        MethodBuilder decl = Printing(type, "A", null);
        Printing(type, "B", decl);
        MethodBuilder go = type.DefineMethod("Go", MethodAttributes.Public, typeof(string), Type.EmptyTypes);
        ILGenerator il = go.GetILGenerator();
        foreach (OpCode how in new[] { OpCodes.Call, OpCodes.Callvirt })
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(how, decl);
        }
        il.Emit(OpCodes.Call, typeof(string).GetMethod("Concat", new[] { typeof(string), typeof(string) }));
        il.Emit(OpCodes.Ret);
        Type made = type.CreateType();
        return made.GetMethod("Go").Invoke(Activator.CreateInstance(made), null);
    }

    static object Constrained(Type of)
    {
        TypeBuilder type = module.DefineType("IConstrained" + of.Name, TypeAttributes.Public | TypeAttributes.Interface | TypeAttributes.Abstract);
        GenericTypeParameterBuilder t = type.DefineGenericParameters("T")[0];
        t.SetGenericParameterAttributes(GenericParameterAttributes.Covariant);
        MethodBuilder method = type.DefineMethod("M", MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.Abstract | MethodAttributes.NewSlot);
        method.DefineGenericParameters("U")[0].SetInterfaceConstraints(of.MakeGenericType(t));
        return type.CreateType().Name;
    }

    static object Literal()
    {
        TypeBuilder type = module.DefineType("Literal", TypeAttributes.Public);
        type.DefineField("X", typeof(int), FieldAttributes.Public | FieldAttributes.Literal).SetConstant(5);
        type.DefineField("Y", typeof(int), FieldAttributes.Public);
        Type made = type.CreateType();
        FieldInfo x = made.GetField("X");
        return $"{x.Attributes} {x.GetRawConstantValue()} {made.GetField("Y").GetValue(Activator.CreateInstance(made))}";
    }

    static object New(ConstructorInfo of)
    {
        var method = new DynamicMethod("New", typeof(object), null, typeof(Program).Module, true);
        ILGenerator il = method.GetILGenerator();
        il.Emit(OpCodes.Newobj, of);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<Func<object>>()();
    }

    static object Box(Type of)
    {
        var method = new DynamicMethod("Box", typeof(object), null, typeof(Program).Module, true);
        ILGenerator il = method.GetILGenerator();
        il.DeclareLocal(of);
        il.Emit(OpCodes.Ldloc_0);
        il.Emit(OpCodes.Box, of);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<Func<object>>()();
    }

    // A class that overrides what another build of its parent has not.
    static void WriteOverride(string folder, bool there)
    {
        var low = new PersistedAssemblyBuilder(new AssemblyName("il_odd_parent"), typeof(object).Assembly);
        TypeBuilder parent = low.DefineDynamicModule("il_odd_parent").DefineType("Parent", TypeAttributes.Public);
        MethodBuilder print = there ? Printing(parent, "Print", null) : null;
        parent.CreateType();
        low.Save(Path.Combine(folder, "il_odd_parent.dll"));
        if (!there)
            return;
        var high = new PersistedAssemblyBuilder(new AssemblyName("il_odd_child"), typeof(object).Assembly);
        TypeBuilder child = high.DefineDynamicModule("il_odd_child").DefineType("Child", TypeAttributes.Public, parent);
        Printing(child, "Own", print);
        child.CreateType();
        high.Save(Path.Combine(folder, "il_odd_child.dll"));
    }

    static void Contradictions()
    {
        Try("sequential of automatic", () => new OfPlain());
        Try("sequential of Exception", () => new OfError());
        Try("explicit of sequential", () => new OfSequential());
        Try("explicit of Comparer", () => new OfObject<int>());
        Interfaces("one", null, null);
        Interfaces("IOne", (t, u) => typeof(IOne<>).MakeGenericType(u), null);
        Interfaces("IBoth", (t, u) => typeof(IBoth<>).MakeGenericType(u), null);
        Interfaces("inherited", null, typeof(One<>));
        Try("twice", () => Twice(false));
        Try("twice, in two", () => Twice(true));
        Try("one slot", OneSlot);
        Try("of a body", OfBody);
        Try("own", () => Own(false));
        Try("own, sealed", () => Own(true));
        Try("covariant constraint", () => Constrained(typeof(IEnumerable<>)));
        Try("contravariant constraint", () => Constrained(typeof(IComparer<>)));
        Try("literal", Literal);
        Try("new", () => New(typeof(Abstract).GetConstructors(BindingFlags.NonPublic | BindingFlags.Instance)[0]));
        Try("box", () => Box(typeof(Span<int>)));
        string folder = Directory.CreateTempSubdirectory("il_odd").FullName;
        WriteOverride(folder, true);
        WriteOverride(folder, false);
        Try("no parent's method", () => Activator.CreateInstance(Assembly.LoadFrom(Path.Combine(folder, "il_odd_child.dll")).GetType("Child")));
        Directory.Delete(folder, true);
    }

    static void Main()
    {
        Contradictions();
        Try("localloc nowhere", () => InBlocks(false, false, false));
        Try("localloc in try", () => InBlocks(true, false, false));
        Try("localloc in catch", () => InBlocks(false, true, false));
        Try("localloc in finally", () => InBlocks(false, false, true));
        Try("room", () => Room(3));
        Try("no room", () => Room(0));
        Try("room in try", () => RoomInTry(3));
        Try("no room in try", () => RoomInTry(0));
        foreach (OpCode how in new[] { OpCodes.Ceq, OpCodes.Cgt_Un, OpCodes.Clt_Un })
            Try($"object {how} int32", () => $"{Comparison(how)("x")} {Comparison(how)(null)}");
        Try("uint* for int*", () => Override("Signed", typeof(uint).MakePointerType()));
        Try("short* for int*", () => Override("Signed", typeof(short).MakePointerType()));
        Try("long* for int*", () => Override("Signed", typeof(long).MakePointerType()));
        Try("sbyte* for bool*", () => Override("Truth", typeof(sbyte).MakePointerType()));
        Try("ref short for ref char", () => Override("Unit", typeof(short).MakeByRefType()));
        Try("ref byte for ref char", () => Override("Unit", typeof(byte).MakeByRefType()));
        Try("short* for ref char", () => Override("Unit", typeof(short).MakePointerType()));
        Try("ref string for ref object", () => Override("Item", typeof(string).MakeByRefType()));
        foreach (bool preserves in new[] { false, true })
            foreach (bool middle in new[] { false, true })
                foreach (Type last in new[] { typeof(ArgumentException), typeof(Exception), typeof(object) })
                    Try($"{last.Name} for {(middle ? "First" : "Root")}, {preserves}", () => Chain($"Of{last.Name}{preserves}{middle}", preserves, middle, last));
        string folder = Directory.CreateTempSubdirectory("il_odd").FullName;
        Write(folder);
        Try("beside", () => Load(folder));
        Directory.Delete(folder, true);
    }
}
