// What suites of tests for the class library expect that other programs seldom ask for: rules of
// types that are made, flags that nobody sets, exceptions of HRESULTs, delegates behind pointers.
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.InteropServices;

Types.Run();
Types.Constraints();
Types.Access();
Errors.Run();
Others.Run();

public interface INumber { int Number(); }

public interface ITakes
{
    void Any<T>();
    void Class<T>() where T : class;
    void Struct<T>() where T : struct;
    void New<T>() where T : new();
    void Number<T>() where T : INumber;
}

[AttributeUsage(AttributeTargets.All)]
public class MarkAttribute : Attribute
{
    public readonly int Value;
    public MarkAttribute(int value) => Value = value;
}

static class Types
{
    static ModuleBuilder module = AssemblyBuilder.DefineDynamicAssembly(
        new AssemblyName("Made"), AssemblyBuilderAccess.Run).DefineDynamicModule("Made");
    static int n;

    static void Try(string what, Action<TypeBuilder> fill, TypeAttributes flags = TypeAttributes.Public,
        int size = 0)
    {
        TypeBuilder type = module.DefineType("T" + n++, flags, null, size);
        try
        {
            fill(type);
            Console.WriteLine($"{what}: {type.CreateType().Attributes}");
        }
        catch (Exception e)
        {
            Console.WriteLine($"{what}: {e.GetType().Name}");
        }
    }

    static MethodBuilder Number(TypeBuilder type, string name, MethodAttributes flags)
    {
        MethodBuilder method = type.DefineMethod(name, MethodAttributes.Public | flags, typeof(int), null);
        ILGenerator il = method.GetILGenerator();
        il.Emit(OpCodes.Ldc_I4_7);
        il.Emit(OpCodes.Ret);
        return method;
    }

    // An override that fewer can see than what it overrides.
    public static void Access()
    {
        MethodAttributes[] all = {
            MethodAttributes.Private, MethodAttributes.FamANDAssem, MethodAttributes.Assembly,
            MethodAttributes.Family, MethodAttributes.FamORAssem, MethodAttributes.Public };
        foreach (MethodAttributes inherited in all[1..])
        {
            TypeBuilder parent = module.DefineType("Parent" + inherited, TypeAttributes.Public);
            parent.DefineMethod("Run", inherited | MethodAttributes.Virtual | MethodAttributes.NewSlot)
                .GetILGenerator().Emit(OpCodes.Ret);
            Type made = parent.CreateType();
            foreach (MethodAttributes own in all)
                Try($"{inherited} by {own}", t => {
                    t.SetParent(made);
                    t.DefineMethod("Run", own | MethodAttributes.Virtual).GetILGenerator().Emit(OpCodes.Ret);
                });
        }
    }

    // An override that wants more of its generic arguments than what it overrides.
    public static void Constraints()
    {
        GenericParameterAttributes[] flags = {
            0, GenericParameterAttributes.ReferenceTypeConstraint,
            GenericParameterAttributes.NotNullableValueTypeConstraint |
                GenericParameterAttributes.DefaultConstructorConstraint,
            GenericParameterAttributes.DefaultConstructorConstraint };
        foreach (MethodInfo wanted in typeof(ITakes).GetMethods())
            foreach (GenericParameterAttributes flag in flags)
                foreach (Type type in new[] { null, typeof(INumber), typeof(object) })
                    foreach (bool named in new[] { false, true })
                        Try($"{wanted.Name} by {flag} {type?.Name} {named}", t => {
                            t.AddInterfaceImplementation(typeof(ITakes));
                            foreach (MethodInfo method in typeof(ITakes).GetMethods())
                                Implement(t, method, method == wanted ? flag :
                                    method.GetGenericArguments()[0].GenericParameterAttributes,
                                    method == wanted ? type : method.Name == "Number" ? typeof(INumber) : null,
                                    named && method == wanted);
                        });
    }

    static void Implement(TypeBuilder type, MethodInfo wanted, GenericParameterAttributes flags,
        Type constraint, bool named)
    {
        MethodBuilder method = type.DefineMethod(named ? "Other" : wanted.Name, MethodAttributes.Virtual |
            MethodAttributes.NewSlot | (named ? MethodAttributes.Private : MethodAttributes.Public));
        GenericTypeParameterBuilder parameter = method.DefineGenericParameters("T")[0];
        parameter.SetGenericParameterAttributes(flags);
        if (constraint == typeof(object))
            parameter.SetBaseTypeConstraint(constraint);
        else if (constraint != null)
            parameter.SetInterfaceConstraints(constraint);
        method.GetILGenerator().Emit(OpCodes.Ret);
        if (named)
            type.DefineMethodOverride(method, wanted);
    }

    public static void Run()
    {
        MethodInfo declared = typeof(INumber).GetMethod("Number");
        Try("override", t => {
            t.AddInterfaceImplementation(typeof(INumber));
            t.DefineMethodOverride(Number(t, "Other", MethodAttributes.Virtual), declared);
        });
        Try("override, not virtual", t => {
            t.AddInterfaceImplementation(typeof(INumber));
            t.DefineMethodOverride(Number(t, "Other", 0), declared);
        });
        Try("override of nothing", t =>
            t.DefineMethodOverride(Number(t, "Number", MethodAttributes.Virtual), declared));
        Try("override of itself", t => {
            MethodBuilder own = Number(t, "Number", MethodAttributes.Virtual);
            t.AddInterfaceImplementation(typeof(INumber));
            t.DefineMethodOverride(own, own);
        });
        Try("overridden twice", t => {
            t.AddInterfaceImplementation(typeof(INumber));
            t.DefineMethodOverride(Number(t, "A", MethodAttributes.Virtual), declared);
            t.DefineMethodOverride(Number(t, "B", MethodAttributes.Virtual), declared);
        });
        Try("interface with a parent", t => t.SetParent(typeof(MarkAttribute)),
            TypeAttributes.Interface | TypeAttributes.Abstract);
        Try("access 7", t => t.DefineField("f", typeof(int), (FieldAttributes)7));
        Try("cctor with variable arguments", t => t.DefineConstructor(MethodAttributes.Static,
            CallingConventions.VarArgs, Type.EmptyTypes).GetILGenerator().Emit(OpCodes.Ret));
        Try("auto, large", t => { }, TypeAttributes.Public, int.MaxValue);
        Try("auto, negative", t => { }, TypeAttributes.Public, -1);
        Try("negative offset", t =>
            t.DefineField("f", typeof(int), FieldAttributes.Public).SetOffset(-1),
            TypeAttributes.Public | TypeAttributes.ExplicitLayout);

        TypeBuilder flags = module.DefineType("Flags", TypeAttributes.Public);
        flags.DefineField("f", typeof(int), FieldAttributes.Public | FieldAttributes.HasDefault |
            FieldAttributes.HasFieldRVA | FieldAttributes.HasFieldMarshal | FieldAttributes.RTSpecialName);
        MethodBuilder get = Number(flags, "Get", MethodAttributes.RequireSecObject |
            MethodAttributes.HasSecurity | MethodAttributes.SpecialName);
        get.DefineParameter(0, ParameterAttributes.HasDefault | ParameterAttributes.In, "r");
        flags.DefineProperty("P", PropertyAttributes.HasDefault | PropertyAttributes.SpecialName,
            typeof(int), null).SetGetMethod(get);
        flags.DefineProperty("Q", (PropertyAttributes)(-1), typeof(int), null).SetGetMethod(get);
        EventBuilder raised = flags.DefineEvent("E",
            EventAttributes.RTSpecialName | EventAttributes.SpecialName, typeof(Action));
        MethodBuilder add = flags.DefineMethod("Add", MethodAttributes.Public, null, new[] { typeof(Action) });
        add.GetILGenerator().Emit(OpCodes.Ret);
        raised.SetAddOnMethod(add);
        flags.SetCustomAttribute(typeof(MarkAttribute).GetConstructor(new[] { typeof(int) }),
            new byte[] { 1, 0, 5, 0, 0, 0 }); // no count of named arguments
        Type made = flags.CreateType();
        Console.WriteLine(made.GetField("f").Attributes);
        Console.WriteLine(made.GetMethod("Get").Attributes);
        Console.WriteLine(made.GetMethod("Get").ReturnParameter.Attributes);
        Console.WriteLine(made.GetProperty("P").Attributes + " " + made.GetProperty("Q").Attributes);
        Console.WriteLine(made.GetEvent("E").Attributes);
        Console.WriteLine(made.GetCustomAttribute<MarkAttribute>().Value);

        EnumBuilder inner = module.DefineEnum("Inner", TypeAttributes.Public, typeof(short));
        EnumBuilder outer = module.DefineEnum("Outer", TypeAttributes.Public, inner.CreateType());
        Console.WriteLine(Enum.GetUnderlyingType(outer.CreateType()));
    }
}

static class Errors
{
    public static void Run()
    {
        foreach (uint facility in new uint[] { 0x8000, 0x8002, 0x8003, 0x8007, 0x800a, 0x800c, 0x8013 })
            for (uint low = 0; low < 0x1700; low++)
                Show((int)(facility << 16 | low));
        Show(unchecked((int)0x80004001));
    }

    // Values whose class is gone end in an exception of reflection's.
    static void Show(int code)
    {
        Exception e = Marshal.GetExceptionForHR(code, new IntPtr(-1));
        if (e.GetType() != typeof(COMException) && e.HResult == code)
            Console.WriteLine($"{code:x8} {e.GetType()}");
    }
}

abstract class Low
{
    public int Both => 1;
    public static int Instance => 2;
    public static int Static => 3;
}

class High : Low
{
    public new static int Both => 4;
    public new int Instance => 5;
    public new static int Static => 6;
}

static class Others
{
    delegate int First(int value);
    delegate int Second(int value);

    static void Try(string what, Func<object> action)
    {
        try
        {
            Console.WriteLine($"{what}: {action()}");
        }
        catch (Exception e)
        {
            Console.WriteLine($"{what}: {e.GetType().Name}");
        }
    }

    public static void Run()
    {
        First first = value => value + 1;
        IntPtr function = Marshal.GetFunctionPointerForDelegate(first);
        Try("as another type", () =>
            ReferenceEquals(first, Marshal.GetDelegateForFunctionPointer(function, typeof(Second))));
        Try("cast to it", () => Marshal.GetDelegateForFunctionPointer<Second>(function));
        GC.KeepAlive(first);

        foreach (PropertyInfo property in typeof(High).GetProperties(BindingFlags.Public |
                     BindingFlags.Instance | BindingFlags.Static | BindingFlags.FlattenHierarchy)
                     .OrderBy(p => p.Name + p.DeclaringType))
            Console.WriteLine($"{property.DeclaringType}.{property.Name}");

        Try("indices too large", () =>
            Array.CreateInstance(typeof(int), new[] { int.MaxValue }, new[] { 2 }));
        Type delegator = new TypeDelegator(typeof(string));
        Try("from a delegator", () => typeof(object).IsAssignableFrom(delegator));
        Try("to a delegator", () => delegator.IsAssignableFrom(typeof(string)));
        Try("delegators", () => delegator.IsAssignableTo(new TypeDelegator(typeof(object))));
    }
}
