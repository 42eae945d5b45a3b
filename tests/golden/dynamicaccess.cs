using System;
using System.Reflection;
using System.Reflection.Emit;

// Dynamic methods may name everything, whoever owns them. mono keeps private fields from those
// that nobody owns.
class Secrets
{
    private static int field = 5;
    private static int Method() { return field + 1; }
    private Secrets() { }
    private class Inner { public static int Value = 7; }
    internal static int Internal = 8;
    public static int Public = 9;
    public static Type InnerType { get { return typeof(Inner); } }
}

static class Program
{
    const BindingFlags All = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    static void Run(string name, Func<DynamicMethod> make, Action<ILGenerator> body)
    {
        try {
            var method = make();
            body(method.GetILGenerator());
            Console.WriteLine(name + ": " + ((Func<int>)method.CreateDelegate(typeof(Func<int>)))());
        } catch (Exception e) {
            Console.WriteLine(name + ": " + (e.InnerException ?? e).GetType().Name);
        }
    }

    static void Each(string name, Func<DynamicMethod> make)
    {
        Run(name + " private field", make, il => { il.Emit(OpCodes.Ldsfld, typeof(Secrets).GetField("field", All)); il.Emit(OpCodes.Ret); });
        Run(name + " private method", make, il => { il.Emit(OpCodes.Call, typeof(Secrets).GetMethod("Method", All)); il.Emit(OpCodes.Ret); });
        Run(name + " private constructor", make, il => { il.Emit(OpCodes.Newobj, typeof(Secrets).GetConstructors(All)[0]); il.Emit(OpCodes.Pop); il.Emit(OpCodes.Ldc_I4_1); il.Emit(OpCodes.Ret); });
        Run(name + " public field", make, il => { il.Emit(OpCodes.Ldsfld, typeof(Secrets).GetField("Public")); il.Emit(OpCodes.Ret); });
    }

    static void Main()
    {
        Each("skip", () => new DynamicMethod("m", typeof(int), Type.EmptyTypes, true));
        Each("owner", () => new DynamicMethod("m", typeof(int), Type.EmptyTypes, typeof(Secrets)));
        Each("other owner", () => new DynamicMethod("m", typeof(int), Type.EmptyTypes, typeof(Program)));
        Each("other owner, skip", () => new DynamicMethod("m", typeof(int), Type.EmptyTypes, typeof(Program), true));
        Each("module, skip", () => new DynamicMethod("m", typeof(int), Type.EmptyTypes, typeof(Program).Module, true));
        Each("hosted", () => new DynamicMethod("m", typeof(int), Type.EmptyTypes));
        Each("module", () => new DynamicMethod("m", typeof(int), Type.EmptyTypes, typeof(Program).Module));
    }
}
