// IL that no C# compiler writes: where the stack may be allocated, what compares, which results
// an override may have; and a base class that lies beside a file that was loaded by its path.
using System.Reflection;
using System.Reflection.Emit;

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

    static void Main()
    {
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
