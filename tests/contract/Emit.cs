// Code and attributes made at run time that name what is not there: every case ends in a value or
// an exception. Prints how many cases there were.
using System.Reflection;
using System.Reflection.Emit;

public class MarkAttribute : Attribute { public MarkAttribute(string s, Type t) { } public int N { get; set; } }

static class Program
{
    static void Main()
    {
        var module = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Hostile"), AssemblyBuilderAccess.Run).DefineDynamicModule("m");
        Console.WriteLine(Tokens(module));
        Console.WriteLine(Attributes(module));
        Console.WriteLine(Catches(module));
    }

    static OpCode[] codes = { OpCodes.Call, OpCodes.Newobj, OpCodes.Ldsfld, OpCodes.Ldtoken, OpCodes.Newarr, OpCodes.Castclass,
        OpCodes.Isinst, OpCodes.Box, OpCodes.Sizeof, OpCodes.Ldstr, OpCodes.Ldftn, OpCodes.Calli, OpCodes.Ldsflda, OpCodes.Unbox_Any };

    static int Tokens(ModuleBuilder module)
    {
        int[] tables = { 0, 1, 2, 4, 6, 0x0a, 0x11, 0x1b, 0x23, 0x2b, 0x70, 0x7f };
        int[] rids = { 0, 1, 2, 3, 40, 0xffffff };
        var names = new List<string>();
        var tb = module.DefineType("Tokens", TypeAttributes.Public);
        tb.DefineField("f", tb, FieldAttributes.Public | FieldAttributes.Static);
        module.DefineType("NeverMade", TypeAttributes.Public, typeof(ValueType)).DefineField("x", typeof(int), FieldAttributes.Public);
        foreach (var op in codes)
            foreach (int table in tables)
                foreach (int rid in rids)
                {
                    var m = tb.DefineMethod("M" + names.Count, MethodAttributes.Public | MethodAttributes.Static, typeof(void), null);
                    names.Add(m.Name);
                    var il = m.GetILGenerator();
                    if (op == OpCodes.Newarr || op == OpCodes.Box) il.Emit(OpCodes.Ldc_I4_1);
                    if (op == OpCodes.Castclass || op == OpCodes.Isinst || op == OpCodes.Unbox_Any) il.Emit(OpCodes.Ldnull);
                    if (op == OpCodes.Calli) { il.Emit(OpCodes.Ldc_I4_0); il.Emit(OpCodes.Conv_I); }
                    il.Emit(op, table << 24 | rid);
                    if (op != OpCodes.Call && op != OpCodes.Calli) il.Emit(OpCodes.Pop);
                    il.Emit(OpCodes.Ret);
                }
        var type = tb.CreateType();
        int n = 0;
        foreach (string name in names)
        {
            try { type.GetMethod(name).CreateDelegate<Action>()(); }
            catch (Exception) { }
            n++;
        }
        return n;
    }

    static int Attributes(ModuleBuilder module)
    {
        var random = new Random(7);
        var ctor = typeof(MarkAttribute).GetConstructors()[0];
        var layout = typeof(System.Runtime.InteropServices.StructLayoutAttribute).GetConstructors()[0];
        var marshal = typeof(System.Runtime.InteropServices.MarshalAsAttribute).GetConstructors()[0];
        int n = 0;
        for (int i = 0; i < 200; i++)
        {
            var tb = module.DefineType("A" + i, TypeAttributes.Public);
            var bytes = new byte[random.Next(24)];
            random.NextBytes(bytes);
            if (bytes.Length > 2) { bytes[0] = 1; bytes[1] = 0; }
            try
            {
                tb.SetCustomAttribute(i % 3 == 0 ? layout : ctor, bytes);
                var f = tb.DefineField("f", typeof(string), FieldAttributes.Public);
                f.SetCustomAttribute(i % 2 == 0 ? marshal : ctor, bytes);
                var type = tb.CreateType();
                type.GetCustomAttributes(false);
                type.GetFields()[0].GetCustomAttributes(false);
            }
            catch (Exception) { }
            n++;
        }
        return n;
    }

    // Clauses whose types are not there.
    static int Catches(ModuleBuilder module)
    {
        int n = 0;
        var late = module.DefineType("LateException", TypeAttributes.Public, typeof(Exception));
        var tb = module.DefineType("Catches", TypeAttributes.Public);
        var m = tb.DefineMethod("M", MethodAttributes.Public | MethodAttributes.Static, typeof(void), null);
        var il = m.GetILGenerator();
        il.BeginExceptionBlock();
        il.ThrowException(typeof(InvalidOperationException));
        il.BeginCatchBlock(late);
        il.Emit(OpCodes.Pop);
        il.EndExceptionBlock();
        il.Emit(OpCodes.Ret);
        var type = tb.CreateType();
        for (int i = 0; i < 2; i++, n++)
            try { type.GetMethod("M").CreateDelegate<Action>()(); }
            catch (Exception) { }
        late.CreateType();
        try { type.GetMethod("M").CreateDelegate<Action>()(); }
        catch (Exception) { }
        return n;
    }
}
