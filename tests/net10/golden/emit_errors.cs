// What goes wrong with types made at run time: types that are not made yet, what they lack, code
// and tokens that are bad, access to what others keep to themselves.
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

public interface IWork { int Work(int n); }
public abstract class Base { public abstract void A(); public abstract int B(string s); }
public sealed class Closed { }
class Secret { private int hidden = 42; internal static string Whisper() => "psst"; private string Shout() => "hey"; }

static class Program
{
    static AssemblyBuilder assembly;
    static ModuleBuilder module;

    static void Main()
    {
        assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Wrong"), AssemblyBuilderAccess.RunAndCollect);
        module = assembly.DefineDynamicModule("Wrong");
        Console.WriteLine(assembly.IsCollectible);
        Try("duplicate", () => { module.DefineType("Twice"); module.DefineType("Twice"); });
        Try("interface lacks a method", () => Make("NoWork", t => t.AddInterfaceImplementation(typeof(IWork))));
        Try("abstract methods", () => Make("NoB", t =>
        {
            t.SetParent(typeof(Base));
            Body(t.DefineMethod("A", MethodAttributes.Public | MethodAttributes.Virtual, null, null), il => { });
        }));
        Try("sealed parent", () => Make("OfClosed", t => t.SetParent(typeof(Closed))));
        Try("abstract method in a class", () => Make("HasAbstract", t =>
            t.DefineMethod("M", MethodAttributes.Public | MethodAttributes.Abstract | MethodAttributes.Virtual, null, null)));
        Try("no body", () => Make("NoBody", t => t.DefineMethod("M", MethodAttributes.Public, null, null)));
        Try("parent not made", () =>
        {
            var parent = module.DefineType("LateParent");
            Make("OfLate", t => t.SetParent(parent));
        });
        Try("interface not made", () =>
        {
            var late = module.DefineType("ILate", TypeAttributes.Interface | TypeAttributes.Abstract);
            Make("HasLate", t => t.AddInterfaceImplementation(late));
        });
        Try("value not made", () =>
        {
            var late = module.DefineType("LateValue", TypeAttributes.Sealed, typeof(ValueType));
            late.DefineField("x", typeof(int), FieldAttributes.Public);
            Make("HasValue", t => t.DefineField("v", late, FieldAttributes.Public));
        });
        Try("resolved by the event", Resolved);
        Try("class not made", () =>
        {
            var late = module.DefineType("LateClass", TypeAttributes.Public);
            var early = Make("HasClass", t => t.DefineField("c", late, FieldAttributes.Public));
            late.CreateType();
            Console.WriteLine(early.GetField("c").FieldType);
            Console.WriteLine(Activator.CreateInstance(early));
        });
        Try("uses what is not made", () =>
        {
            var late = module.DefineType("Never", TypeAttributes.Public);
            var m = late.DefineMethod("M", MethodAttributes.Public | MethodAttributes.Static, typeof(int), null);
            Body(m, il => il.Emit(OpCodes.Ldc_I4_1));
            var user = Make("UsesNever", t => Body(t.DefineMethod("Use", MethodAttributes.Public | MethodAttributes.Static, typeof(int), null),
                il => il.Emit(OpCodes.Call, m)));
            Console.WriteLine(user.GetMethod("Use").CreateDelegate<Func<int>>()());
        });
        Try("made twice", () =>
        {
            var t = module.DefineType("Again");
            var first = t.CreateType();
            Console.WriteLine(ReferenceEquals(first, t.CreateType()) + " " + t.IsCreated());
            t.DefineField("f", typeof(int), FieldAttributes.Public);
        });
        Try("builder is no type", () => Activator.CreateInstance(module.DefineType("Unmade")));
        Try("members of a builder", () => module.DefineType("Unmade2").GetMethods());
        Try("found by name before", () =>
        {
            module.DefineType("Soon", TypeAttributes.Public);
            Console.WriteLine(assembly.GetType("Nowhere") == null);
        });
        Code("empty stack", il => { il.Emit(OpCodes.Add); });
        Code("bad opcode", il => { il.Emit(OpCodes.Prefix7); il.Emit(OpCodes.Ldc_I4_0); });
        Code("no end", il => { il.Emit(OpCodes.Nop); }, false);
        Private(false);
        Private(true);
        Try("call on null", () =>
        {
            var t = Make("Interrupted", t => Body(t.DefineMethod("M", MethodAttributes.Public | MethodAttributes.Static, typeof(int), null), il =>
            {
                il.Emit(OpCodes.Ldnull);
                il.Emit(OpCodes.Ldc_I4_1);
                il.Emit(OpCodes.Callvirt, typeof(IWork).GetMethod("Work"));
            }));
            Console.WriteLine(t.GetMethod("M").CreateDelegate<Func<int>>()());
        });
    }

    static void Try(string what, Action test)
    {
        Console.WriteLine("-- " + what);
        try { test(); }
        catch (Exception e)
        {
            while (e is TargetInvocationException) e = e.InnerException;
            Console.WriteLine(e.GetType().Name + ": " + e.Message);
        }
    }

    static Type Make(string name, Action<TypeBuilder> fill)
    {
        var t = module.DefineType(name, TypeAttributes.Public);
        fill(t);
        return t.CreateType();
    }

    static void Body(MethodBuilder m, Action<ILGenerator> fill)
    {
        var il = m.GetILGenerator();
        fill(il);
        il.Emit(OpCodes.Ret);
    }

    static int codes;
    static void Code(string what, Action<ILGenerator> fill, bool ends = true) => Try("code: " + what, () =>
    {
        var type = Make("Code" + codes++, t =>
        {
            var m = t.DefineMethod("M", MethodAttributes.Public | MethodAttributes.Static, typeof(int), null);
            if (ends)
                Body(m, fill);
            else
                fill(m.GetILGenerator());
        });
        try { Console.WriteLine(type.GetMethod("M").CreateDelegate<Func<int>>()() != 0 ? "a value" : "zero"); }
        catch (Exception e) { Console.WriteLine(e.GetType().Name); }
    });

    static void Resolved()
    {
        var late = module.DefineType("Asked", TypeAttributes.Public | TypeAttributes.Sealed, typeof(ValueType));
        late.DefineField("x", typeof(int), FieldAttributes.Public);
        ResolveEventHandler handler = (s, e) =>
        {
            Console.WriteLine("asked for " + e.Name);
            late.CreateType();
            return assembly;
        };
        AppDomain.CurrentDomain.TypeResolve += handler;
        try
        {
            var type = Make("Asks", t => t.DefineField("v", late, FieldAttributes.Public));
            Console.WriteLine(type.GetField("v").GetValue(Activator.CreateInstance(type)));
        }
        finally { AppDomain.CurrentDomain.TypeResolve -= handler; }
    }

    // Code of another assembly may use what is private where an attribute says so.
    static void Private(bool allowed)
    {
        var ab = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Peeks" + allowed), AssemblyBuilderAccess.Run);
        var mb = ab.DefineDynamicModule("m");
        if (allowed)
        {
            var at = mb.DefineType("System.Runtime.CompilerServices.IgnoresAccessChecksToAttribute", TypeAttributes.Public, typeof(Attribute));
            var ctor = at.DefineConstructor(MethodAttributes.Public, CallingConventions.HasThis, new[] { typeof(string) });
            var il = ctor.GetILGenerator();
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Call, typeof(Attribute).GetConstructor(BindingFlags.NonPublic | BindingFlags.Instance, Type.EmptyTypes));
            il.Emit(OpCodes.Ret);
            at.CreateType();
            ab.SetCustomAttribute(new CustomAttributeBuilder(ctor, new object[] { typeof(Program).Assembly.GetName().Name }));
        }
        var tb = mb.DefineType("Peek", TypeAttributes.Public);
        Body(tb.DefineMethod("Internal", MethodAttributes.Public | MethodAttributes.Static, typeof(string), null),
            il => il.Emit(OpCodes.Call, typeof(Secret).GetMethod("Whisper", BindingFlags.NonPublic | BindingFlags.Static)));
        Body(tb.DefineMethod("Field", MethodAttributes.Public | MethodAttributes.Static, typeof(string), null), il =>
        {
            il.Emit(OpCodes.Newobj, typeof(Secret).GetConstructor(Type.EmptyTypes));
            il.Emit(OpCodes.Ldfld, typeof(Secret).GetField("hidden", BindingFlags.NonPublic | BindingFlags.Instance));
            il.Emit(OpCodes.Box, typeof(int));
            il.Emit(OpCodes.Callvirt, typeof(object).GetMethod("ToString"));
        });
        var type = tb.CreateType();
        foreach (string name in new[] { "Internal", "Field" })
            Try("private " + allowed + " " + name, () => Console.WriteLine(type.GetMethod(name).CreateDelegate<Func<string>>()()));
    }
}
