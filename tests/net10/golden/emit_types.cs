// Types made at run time: members, overriding, interfaces, generics, enums, delegates, attributes,
// and what reflection says of them.
using System.Reflection;
using System.Reflection.Emit;

public interface IShape { double Area(); string Name { get; } }
public interface IOther { string Say(int times); }
public abstract class Animal
{
    protected string name;
    protected Animal(string name) { this.name = name; }
    public abstract string Sound();
    public virtual string Tell() => name + " says " + Sound();
}
[AttributeUsage(AttributeTargets.All, AllowMultiple = true)]
public class NoteAttribute : Attribute
{
    public NoteAttribute(string text) { Text = text; }
    public string Text { get; }
    public int Level { get; set; }
    public Type Kind;
    public DayOfWeek[] Days { get; set; }
}

static class Program
{
    static AssemblyBuilder assembly;
    static ModuleBuilder module;

    static void Main()
    {
        var name = new AssemblyName("Made") { Version = new Version(1, 2, 3, 4) };
        assembly = AssemblyBuilder.DefineDynamicAssembly(name, AssemblyBuilderAccess.Run);
        module = assembly.DefineDynamicModule("Made.dll");
        Console.WriteLine($"{assembly.FullName} {assembly.IsDynamic} {module.Name} {module.ScopeName}");
        Run("point", Point);
        Run("animal", Dog);
        Run("interfaces", Interfaces);
        Run("generic", Generic);
        Run("generic method", GenericMethod);
        Run("enum", MakeEnum);
        Run("delegate", MakeDelegate);
        Run("statics", Statics);
        Run("exceptions", Exceptions);
        Run("attributes", Attributes);
        Run("nested", Nested);
        Run("events", Events);
        Run("in turn", InTurn);
        Run("constants", Constants);
        Run("layout", Layout);
        Run("data", Data);
        Run("global", Global);
        Run("all", All);
    }

    static void Run(string what, Action test)
    {
        Console.WriteLine("-- " + what);
        try { test(); }
        catch (Exception e) { Console.WriteLine(e); }
    }

    static void Dump(Type type)
    {
        Console.WriteLine($"{type.FullName} : {type.BaseType} {type.Attributes} {type.Assembly.GetName().Name} {type.IsCollectible}");
        const BindingFlags all = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance |
            BindingFlags.Static | BindingFlags.DeclaredOnly;
        foreach (var i in type.GetInterfaces()) Console.WriteLine("  interface " + i);
        foreach (var f in type.GetFields(all)) Console.WriteLine($"  field {f} {f.Attributes}");
        foreach (var c in type.GetConstructors(all)) Console.WriteLine($"  ctor {c} {c.Attributes}");
        foreach (var m in type.GetMethods(all))
            Console.WriteLine($"  method {m} {m.Attributes} {m.MethodImplementationFlags} (" +
                string.Join(", ", m.GetParameters().Select(p => p.Name + ":" + p.ParameterType + ":" + p.Attributes)) + ")");
        foreach (var p in type.GetProperties(all)) Console.WriteLine($"  property {p} {p.CanRead} {p.CanWrite}");
        foreach (var e in type.GetEvents(all)) Console.WriteLine($"  event {e}");
    }

    static void Point()
    {
        var tb = module.DefineType("Shapes.Point", TypeAttributes.Public);
        var x = tb.DefineField("x", typeof(int), FieldAttributes.Private);
        var y = tb.DefineField("y", typeof(int), FieldAttributes.Private);
        var ctor = tb.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, new[] { typeof(int), typeof(int) });
        ctor.DefineParameter(1, ParameterAttributes.None, "ax");
        ctor.DefineParameter(2, ParameterAttributes.Optional | ParameterAttributes.HasDefault, "ay").SetConstant(7);
        var il = ctor.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, typeof(object).GetConstructor(Type.EmptyTypes));
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Stfld, x);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_2);
        il.Emit(OpCodes.Stfld, y);
        il.Emit(OpCodes.Ret);
        var get = tb.DefineMethod("get_X", MethodAttributes.Public | MethodAttributes.SpecialName, typeof(int), Type.EmptyTypes);
        il = get.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldfld, x);
        il.Emit(OpCodes.Ret);
        var set = tb.DefineMethod("set_X", MethodAttributes.Public | MethodAttributes.SpecialName, null, new[] { typeof(int) });
        il = set.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Stfld, x);
        il.Emit(OpCodes.Ret);
        var property = tb.DefineProperty("X", PropertyAttributes.None, typeof(int), null);
        property.SetGetMethod(get);
        property.SetSetMethod(set);
        var text = tb.DefineMethod("ToString", MethodAttributes.Public | MethodAttributes.Virtual, typeof(string), Type.EmptyTypes);
        il = text.GetILGenerator();
        il.Emit(OpCodes.Ldstr, "({0}, {1})");
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldfld, x);
        il.Emit(OpCodes.Box, typeof(int));
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldfld, y);
        il.Emit(OpCodes.Box, typeof(int));
        il.Emit(OpCodes.Call, typeof(string).GetMethod("Format", new[] { typeof(string), typeof(object), typeof(object) }));
        il.Emit(OpCodes.Ret);
        var type = tb.CreateType();
        Dump(type);
        object p = Activator.CreateInstance(type, 3, 4);
        Console.WriteLine(p);
        type.GetProperty("X").SetValue(p, 40);
        Console.WriteLine($"{p} {type.GetProperty("X").GetValue(p)} {type.GetConstructors()[0].GetParameters()[1].DefaultValue}");
        Console.WriteLine(type == assembly.GetType("Shapes.Point"));
        Console.WriteLine(Type.GetType("Shapes.Point, Made") == null);
        Console.WriteLine(assembly.GetType("shapes.point", false, true));
        Console.WriteLine(module.ResolveMethod(ctor.MetadataToken) + " " + module.ResolveType(type.MetadataToken) + " " +
            module.ResolveField(x.MetadataToken));
        dynamic d = p;
        d.X = 5;
        Console.WriteLine((int)d.X + 1);
    }

    static void Dog()
    {
        var tb = module.DefineType("Dog", TypeAttributes.Public | TypeAttributes.Sealed, typeof(Animal));
        var ctor = tb.DefineConstructor(MethodAttributes.Public, CallingConventions.HasThis, new[] { typeof(string) });
        var il = ctor.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Call, typeof(Animal).GetConstructor(BindingFlags.NonPublic | BindingFlags.Instance, new[] { typeof(string) }));
        il.Emit(OpCodes.Ret);
        var sound = tb.DefineMethod("Sound", MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.HideBySig, typeof(string), Type.EmptyTypes);
        il = sound.GetILGenerator();
        il.Emit(OpCodes.Ldstr, "woof");
        il.Emit(OpCodes.Ret);
        var type = tb.CreateType();
        var dog = (Animal)Activator.CreateInstance(type, "Rex");
        Console.WriteLine(dog.Tell());
        Console.WriteLine(typeof(Animal).IsAssignableFrom(type) + " " + type.GetMethod("Sound").GetBaseDefinition().DeclaringType);
    }

    static void Interfaces()
    {
        var tb = module.DefineType("Square", TypeAttributes.Public, null, new[] { typeof(IShape) });
        tb.AddInterfaceImplementation(typeof(IOther));
        var area = tb.DefineMethod("Area", MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.NewSlot, typeof(double), Type.EmptyTypes);
        var il = area.GetILGenerator();
        il.Emit(OpCodes.Ldc_R8, 6.25);
        il.Emit(OpCodes.Ret);
        var getName = tb.DefineMethod("get_Name", MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.SpecialName, typeof(string), Type.EmptyTypes);
        il = getName.GetILGenerator();
        il.Emit(OpCodes.Ldstr, "square");
        il.Emit(OpCodes.Ret);
        var say = tb.DefineMethod("IOther.Say", MethodAttributes.Private | MethodAttributes.Virtual | MethodAttributes.Final | MethodAttributes.NewSlot, typeof(string), new[] { typeof(int) });
        il = say.GetILGenerator();
        var text = il.DeclareLocal(typeof(string));
        var i = il.DeclareLocal(typeof(int));
        Label top = il.DefineLabel(), test = il.DefineLabel();
        il.Emit(OpCodes.Ldstr, "");
        il.Emit(OpCodes.Stloc, text);
        il.Emit(OpCodes.Br, test);
        il.MarkLabel(top);
        il.Emit(OpCodes.Ldloc, text);
        il.Emit(OpCodes.Ldstr, "hi ");
        il.Emit(OpCodes.Call, typeof(string).GetMethod("Concat", new[] { typeof(string), typeof(string) }));
        il.Emit(OpCodes.Stloc, text);
        il.Emit(OpCodes.Ldloc, i);
        il.Emit(OpCodes.Ldc_I4_1);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc, i);
        il.MarkLabel(test);
        il.Emit(OpCodes.Ldloc, i);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Blt, top);
        il.Emit(OpCodes.Ldloc, text);
        il.Emit(OpCodes.Ret);
        tb.DefineMethodOverride(say, typeof(IOther).GetMethod("Say"));
        var type = tb.CreateType();
        Dump(type);
        object o = Activator.CreateInstance(type);
        Console.WriteLine($"{((IShape)o).Area()} {((IShape)o).Name} {((IOther)o).Say(3)}");
        var map = type.GetInterfaceMap(typeof(IOther));
        Console.WriteLine(map.TargetMethods[0].Name);
    }

    static void Generic()
    {
        var tb = module.DefineType("Box`1", TypeAttributes.Public);
        var t = tb.DefineGenericParameters("T")[0];
        var field = tb.DefineField("Value", t, FieldAttributes.Public);
        var count = tb.DefineField("Count", typeof(int), FieldAttributes.Public | FieldAttributes.Static);
        var ctor = tb.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, new Type[] { t });
        var il = ctor.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, typeof(object).GetConstructor(Type.EmptyTypes));
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Stfld, field);
        il.Emit(OpCodes.Ldsfld, count);
        il.Emit(OpCodes.Ldc_I4_1);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stsfld, count);
        il.Emit(OpCodes.Ret);
        var list = tb.DefineMethod("ToList", MethodAttributes.Public, typeof(List<>).MakeGenericType(t), Type.EmptyTypes);
        il = list.GetILGenerator();
        var listType = typeof(List<>).MakeGenericType(t);
        il.Emit(OpCodes.Newobj, TypeBuilder.GetConstructor(listType, typeof(List<>).GetConstructor(Type.EmptyTypes)));
        il.Emit(OpCodes.Dup);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldfld, field);
        il.Emit(OpCodes.Callvirt, TypeBuilder.GetMethod(listType, typeof(List<>).GetMethod("Add")));
        il.Emit(OpCodes.Ret);
        // a user of Box<string> and Box<int>, made before Box is
        var user = module.DefineType("BoxUser", TypeAttributes.Public);
        var use = user.DefineMethod("Use", MethodAttributes.Public | MethodAttributes.Static, typeof(string), Type.EmptyTypes);
        var ofString = tb.MakeGenericType(typeof(string));
        var ofInt = tb.MakeGenericType(typeof(int));
        il = use.GetILGenerator();
        il.Emit(OpCodes.Ldstr, "boxed");
        il.Emit(OpCodes.Newobj, TypeBuilder.GetConstructor(ofString, ctor));
        il.Emit(OpCodes.Ldfld, TypeBuilder.GetField(ofString, field));
        il.Emit(OpCodes.Ldc_I4, 77);
        il.Emit(OpCodes.Newobj, TypeBuilder.GetConstructor(ofInt, ctor));
        il.Emit(OpCodes.Call, TypeBuilder.GetMethod(ofInt, list));
        il.Emit(OpCodes.Callvirt, typeof(List<int>).GetMethod("get_Count"));
        il.Emit(OpCodes.Box, typeof(int));
        il.Emit(OpCodes.Call, typeof(string).GetMethod("Concat", new[] { typeof(object), typeof(object) }));
        il.Emit(OpCodes.Ret);
        var userType = user.CreateType();
        var type = tb.CreateType();
        Dump(type);
        Console.WriteLine(userType.GetMethod("Use").Invoke(null, null));
        var closed = type.MakeGenericType(typeof(DateTime));
        dynamic box = Activator.CreateInstance(closed, new DateTime(2020, 1, 2));
        Console.WriteLine(box.Value.Year + " " + closed + " " + closed.GetField("Count").GetValue(null));
        Console.WriteLine(type.MakeGenericType(typeof(string)).GetField("Count").GetValue(null));
        Console.WriteLine(box.ToList().Count + " " + box.ToList().GetType());
    }

    static void GenericMethod()
    {
        var tb = module.DefineType("Util", TypeAttributes.Public | TypeAttributes.Abstract | TypeAttributes.Sealed);
        var max = tb.DefineMethod("Max", MethodAttributes.Public | MethodAttributes.Static);
        var t = max.DefineGenericParameters("T")[0];
        t.SetInterfaceConstraints(typeof(IComparable<>).MakeGenericType(t));
        max.SetReturnType(t);
        max.SetParameters(t, t);
        max.DefineParameter(1, ParameterAttributes.None, "a");
        max.DefineParameter(2, ParameterAttributes.None, "b");
        var il = max.GetILGenerator();
        var second = il.DefineLabel();
        il.Emit(OpCodes.Ldarga, 0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Constrained, t);
        il.Emit(OpCodes.Callvirt, TypeBuilder.GetMethod(typeof(IComparable<>).MakeGenericType(t), typeof(IComparable<>).GetMethod("CompareTo")));
        il.Emit(OpCodes.Ldc_I4_0);
        il.Emit(OpCodes.Blt, second);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ret);
        il.MarkLabel(second);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ret);
        var call = tb.DefineMethod("Call", MethodAttributes.Public | MethodAttributes.Static, typeof(string), Type.EmptyTypes);
        il = call.GetILGenerator();
        il.Emit(OpCodes.Ldstr, "apple");
        il.Emit(OpCodes.Ldstr, "pear");
        il.Emit(OpCodes.Call, max.MakeGenericMethod(typeof(string)));
        il.Emit(OpCodes.Ret);
        var type = tb.CreateType();
        Dump(type);
        Console.WriteLine(type.GetMethod("Call").Invoke(null, null));
        Console.WriteLine(type.GetMethod("Max").MakeGenericMethod(typeof(double)).Invoke(null, new object[] { 2.5, 1.5 }));
        Console.WriteLine(type.GetMethod("Max").GetGenericArguments()[0].GetGenericParameterConstraints()[0]);
        try { type.GetMethod("Max").MakeGenericMethod(typeof(object)); }
        catch (ArgumentException e) { Console.WriteLine(e.GetType().Name); }
    }

    static void MakeEnum()
    {
        var eb = module.DefineEnum("Color", TypeAttributes.Public, typeof(byte));
        eb.DefineLiteral("Red", (byte)1);
        eb.DefineLiteral("Green", (byte)2);
        eb.SetCustomAttribute(new CustomAttributeBuilder(typeof(FlagsAttribute).GetConstructor(Type.EmptyTypes), new object[0]));
        var type = eb.CreateType();
        Dump(type);
        Console.WriteLine(string.Join(",", Enum.GetNames(type)) + " " + Enum.ToObject(type, 3) + " " + Enum.Parse(type, "Green") + " " + Enum.GetUnderlyingType(type));
    }

    static void MakeDelegate()
    {
        var tb = module.DefineType("Binary", TypeAttributes.Public | TypeAttributes.Sealed, typeof(MulticastDelegate));
        tb.DefineConstructor(MethodAttributes.Public | MethodAttributes.HideBySig | MethodAttributes.RTSpecialName,
            CallingConventions.Standard, new[] { typeof(object), typeof(IntPtr) }).SetImplementationFlags(MethodImplAttributes.Runtime);
        tb.DefineMethod("Invoke", MethodAttributes.Public | MethodAttributes.HideBySig | MethodAttributes.NewSlot | MethodAttributes.Virtual,
            typeof(int), new[] { typeof(int), typeof(int) }).SetImplementationFlags(MethodImplAttributes.Runtime);
        var type = tb.CreateType();
        Dump(type);
        var d = Delegate.CreateDelegate(type, typeof(Math).GetMethod("Max", new[] { typeof(int), typeof(int) }));
        Console.WriteLine(d.DynamicInvoke(3, 9));
        var both = Delegate.Combine(d, d);
        Console.WriteLine(both.GetInvocationList().Length + " " + both.DynamicInvoke(4, 2));
    }

    static void Statics()
    {
        var tb = module.DefineType("Holder", TypeAttributes.Public);
        var field = tb.DefineField("Made", typeof(List<string>), FieldAttributes.Public | FieldAttributes.Static | FieldAttributes.InitOnly);
        var perThread = tb.DefineField("PerThread", typeof(int), FieldAttributes.Public | FieldAttributes.Static);
        perThread.SetCustomAttribute(new CustomAttributeBuilder(typeof(ThreadStaticAttribute).GetConstructor(Type.EmptyTypes), new object[0]));
        var il = tb.DefineTypeInitializer().GetILGenerator();
        il.EmitWriteLine("initializer runs");
        il.Emit(OpCodes.Newobj, typeof(List<string>).GetConstructor(Type.EmptyTypes));
        il.Emit(OpCodes.Stsfld, field);
        il.Emit(OpCodes.Ret);
        var add = tb.DefineMethod("Add", MethodAttributes.Public | MethodAttributes.Static, typeof(int), new[] { typeof(string) });
        il = add.GetILGenerator();
        il.Emit(OpCodes.Ldsfld, field);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Callvirt, typeof(List<string>).GetMethod("Add"));
        il.Emit(OpCodes.Ldsfld, field);
        il.Emit(OpCodes.Callvirt, typeof(List<string>).GetProperty("Count").GetMethod);
        il.Emit(OpCodes.Ret);
        var type = tb.CreateType();
        Console.WriteLine("made");
        var f = type.GetMethod("Add").CreateDelegate<Func<string, int>>();
        Console.WriteLine(f("a") + f("b"));
        type.GetField("PerThread").SetValue(null, 5);
        int other = -1;
        var thread = new Thread(() => other = (int)type.GetField("PerThread").GetValue(null));
        thread.Start();
        thread.Join();
        Console.WriteLine($"{type.GetField("PerThread").GetValue(null)} {other}");
    }

    static void Exceptions()
    {
        var tb = module.DefineType("Thrower", TypeAttributes.Public);
        var m = tb.DefineMethod("Test", MethodAttributes.Public | MethodAttributes.Static, typeof(string), new[] { typeof(int) });
        var il = m.GetILGenerator();
        var result = il.DeclareLocal(typeof(string));
        il.BeginExceptionBlock();
        il.BeginExceptionBlock();
        il.Emit(OpCodes.Ldc_I4, 100);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Div);
        il.Emit(OpCodes.Pop);
        il.Emit(OpCodes.Ldstr, "none");
        il.Emit(OpCodes.Stloc, result);
        il.ThrowException(typeof(InvalidOperationException));
        il.BeginFinallyBlock();
        il.EmitWriteLine("finally");
        il.EndExceptionBlock();
        il.BeginExceptFilterBlock();
        il.Emit(OpCodes.Isinst, typeof(DivideByZeroException));
        il.Emit(OpCodes.Ldnull);
        il.Emit(OpCodes.Cgt_Un);
        il.BeginCatchBlock(null);
        il.Emit(OpCodes.Pop);
        il.Emit(OpCodes.Ldstr, "filtered");
        il.Emit(OpCodes.Stloc, result);
        il.BeginCatchBlock(typeof(Exception));
        il.Emit(OpCodes.Callvirt, typeof(Exception).GetMethod("get_Message"));
        il.Emit(OpCodes.Stloc, result);
        il.EndExceptionBlock();
        il.Emit(OpCodes.Ldloc, result);
        il.Emit(OpCodes.Ret);
        var fail = tb.DefineMethod("Fail", MethodAttributes.Public | MethodAttributes.Static, typeof(void), Type.EmptyTypes);
        il = fail.GetILGenerator();
        il.Emit(OpCodes.Ldstr, "made to fail");
        il.Emit(OpCodes.Newobj, typeof(ArgumentException).GetConstructor(new[] { typeof(string) }));
        il.Emit(OpCodes.Throw);
        var type = tb.CreateType();
        var test = type.GetMethod("Test").CreateDelegate<Func<int, string>>();
        Console.WriteLine(test(0));
        Console.WriteLine(test(1));
        try { type.GetMethod("Fail").CreateDelegate<Action>()(); }
        catch (ArgumentException e)
        {
            Console.WriteLine(e.Message);
            Console.WriteLine(e.StackTrace.Split('\n')[0].Trim());
            Console.WriteLine(e.TargetSite + " " + e.Source);
        }
    }

    static CustomAttributeBuilder Note(string text, int level) => new CustomAttributeBuilder(
        typeof(NoteAttribute).GetConstructor(new[] { typeof(string) }), new object[] { text },
        new[] { typeof(NoteAttribute).GetProperty("Level"), typeof(NoteAttribute).GetProperty("Days") },
        new object[] { level, new[] { DayOfWeek.Monday, DayOfWeek.Friday } },
        new[] { typeof(NoteAttribute).GetField("Kind") }, new object[] { typeof(Dictionary<string, int>) });

    static void Show(string what, ICustomAttributeProvider provider)
    {
        foreach (NoteAttribute n in provider.GetCustomAttributes(typeof(NoteAttribute), false))
            Console.WriteLine($"{what}: {n.Text} {n.Level} {n.Kind} {(n.Days == null ? "" : string.Join("|", n.Days))}");
    }

    static void Attributes()
    {
        var tb = module.DefineType("Noted", TypeAttributes.Public | TypeAttributes.Abstract);
        var method = tb.DefineMethod("M", MethodAttributes.Public | MethodAttributes.Abstract | MethodAttributes.Virtual, typeof(int), new[] { typeof(string) });
        var field = tb.DefineField("f", typeof(int), FieldAttributes.Public);
        var property = tb.DefineProperty("P", PropertyAttributes.None, typeof(int), null);
        var parameter = method.DefineParameter(1, ParameterAttributes.None, "text");
        var result = method.DefineParameter(0, ParameterAttributes.Retval, null);
        for (int i = 0; i < 3; i++)
        {
            tb.SetCustomAttribute(Note("type", i));
            method.SetCustomAttribute(Note("method", i));
            field.SetCustomAttribute(Note("field", i));
            property.SetCustomAttribute(Note("property", i));
            parameter.SetCustomAttribute(Note("parameter", i));
            result.SetCustomAttribute(Note("result", i));
            assembly.SetCustomAttribute(Note("assembly", i));
            module.SetCustomAttribute(Note("module", i));
        }
        tb.SetCustomAttribute(typeof(NoteAttribute).GetConstructor(new[] { typeof(string) }),
            new byte[] { 1, 0, 3, (byte)'r', (byte)'a', (byte)'w', 0, 0 });
        var type = tb.CreateType();
        Show("type", type);
        Show("method", type.GetMethod("M"));
        Show("field", type.GetField("f"));
        Show("property", type.GetProperty("P", BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static));
        Show("parameter", type.GetMethod("M").GetParameters()[0]);
        Show("result", type.GetMethod("M").ReturnParameter);
        Show("assembly", type.Assembly);
        Show("module", type.Module);
        Console.WriteLine(type.GetCustomAttributesData()[0]);
    }

    static void Nested()
    {
        var outer = module.DefineType("Space.Outer", TypeAttributes.Public);
        var inner = outer.DefineNestedType("Inner", TypeAttributes.NestedPublic);
        var hidden = outer.DefineNestedType("Hidden", TypeAttributes.NestedPrivate, typeof(ValueType));
        hidden.DefineField("n", typeof(long), FieldAttributes.Public);
        outer.DefineField("inner", inner, FieldAttributes.Public);
        inner.DefineField("outer", outer, FieldAttributes.Public);
        var outerType = outer.CreateType();
        var innerType = inner.CreateType();
        hidden.CreateType();
        Console.WriteLine($"{innerType} {innerType.DeclaringType} {outerType.GetNestedTypes().Length} {outerType.GetNestedType("Hidden", BindingFlags.NonPublic)}");
        object o = Activator.CreateInstance(outerType), i = Activator.CreateInstance(innerType);
        outerType.GetField("inner").SetValue(o, i);
        innerType.GetField("outer").SetValue(i, o);
        Console.WriteLine(innerType.GetField("outer").FieldType + " " + assembly.GetType("Space.Outer+Inner"));
    }

    static void Events()
    {
        var tb = module.DefineType("Source", TypeAttributes.Public);
        var field = tb.DefineField("changed", typeof(EventHandler), FieldAttributes.Private);
        var ev = tb.DefineEvent("Changed", EventAttributes.None, typeof(EventHandler));
        MethodBuilder Make(string name, string combine)
        {
            var m = tb.DefineMethod(name, MethodAttributes.Public | MethodAttributes.SpecialName, null, new[] { typeof(EventHandler) });
            var il = m.GetILGenerator();
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldfld, field);
            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Call, typeof(Delegate).GetMethod(combine, new[] { typeof(Delegate), typeof(Delegate) }));
            il.Emit(OpCodes.Castclass, typeof(EventHandler));
            il.Emit(OpCodes.Stfld, field);
            il.Emit(OpCodes.Ret);
            return m;
        }
        ev.SetAddOnMethod(Make("add_Changed", "Combine"));
        ev.SetRemoveOnMethod(Make("remove_Changed", "Remove"));
        var raise = tb.DefineMethod("Raise", MethodAttributes.Public, null, Type.EmptyTypes);
        var body = raise.GetILGenerator();
        body.Emit(OpCodes.Ldarg_0);
        body.Emit(OpCodes.Ldfld, field);
        body.Emit(OpCodes.Ldarg_0);
        body.Emit(OpCodes.Ldsfld, typeof(EventArgs).GetField("Empty"));
        body.Emit(OpCodes.Callvirt, typeof(EventHandler).GetMethod("Invoke"));
        body.Emit(OpCodes.Ret);
        var type = tb.CreateType();
        object o = Activator.CreateInstance(type);
        type.GetEvent("Changed").AddEventHandler(o, new EventHandler((s, e) => Console.WriteLine("raised by " + s.GetType())));
        type.GetMethod("Raise").Invoke(o, null);
        Dump(type);
    }

    static void InTurn()
    {
        var types = new TypeBuilder[3];
        for (int t = 0; t < 3; t++) types[t] = module.DefineType("Turn" + t, TypeAttributes.Public);
        for (int m = 0; m < 4; m++)
            for (int t = 0; t < 3; t++)
            {
                types[t].DefineField("f" + m, typeof(int), FieldAttributes.Public);
                var method = types[t].DefineMethod("M" + m, MethodAttributes.Public | MethodAttributes.Static, typeof(int), new[] { typeof(int) });
                method.DefineParameter(1, ParameterAttributes.None, "p" + t + m);
                var il = method.GetILGenerator();
                il.Emit(OpCodes.Ldarg_0);
                il.Emit(OpCodes.Ldc_I4, 10 * t + m);
                il.Emit(OpCodes.Add);
                if (m > 0)
                    il.Emit(OpCodes.Call, types[(t + 1) % 3].GetType() == null ? null : last[(t + 1) % 3] ?? method);
                il.Emit(OpCodes.Ret);
                if (m == 0) last[t] = method;
            }
        foreach (var t in types) t.CreateType();
        for (int t = 0; t < 3; t++)
        {
            var type = assembly.GetType("Turn" + t);
            Console.WriteLine(type + ": " + string.Join(" ", type.GetMethods(BindingFlags.Static | BindingFlags.Public).Select(
                m => m.Name + "(" + m.GetParameters()[0].Name + ")=" + m.Invoke(null, new object[] { 100 }))) +
                " " + string.Join(" ", type.GetFields().Select(f => f.Name)));
        }
    }
    static MethodBuilder[] last = new MethodBuilder[3];

    static void Constants()
    {
        var tb = module.DefineType("Consts", TypeAttributes.Public | TypeAttributes.Abstract);
        const FieldAttributes literal = FieldAttributes.Public | FieldAttributes.Static | FieldAttributes.Literal;
        tb.DefineField("I", typeof(int), literal).SetConstant(-5);
        tb.DefineField("S", typeof(string), literal).SetConstant("text");
        tb.DefineField("N", typeof(string), literal).SetConstant(null);
        tb.DefineField("D", typeof(double), literal).SetConstant(1.5);
        tb.DefineField("B", typeof(bool), literal).SetConstant(true);
        tb.DefineField("C", typeof(char), literal).SetConstant('x');
        tb.DefineField("E", typeof(DayOfWeek), literal).SetConstant(DayOfWeek.Tuesday);
        var type = tb.CreateType();
        foreach (var f in type.GetFields())
            Console.WriteLine($"{f.Name} {f.GetRawConstantValue() ?? "null"} {f.GetValue(null) ?? "null"} {f.Attributes}");
    }

    static void Layout()
    {
        var tb = module.DefineType("Union", TypeAttributes.Public | TypeAttributes.ExplicitLayout | TypeAttributes.Sealed, typeof(ValueType), PackingSize.Size1, 16);
        var a = tb.DefineField("whole", typeof(long), FieldAttributes.Public);
        var b = tb.DefineField("high", typeof(int), FieldAttributes.Public);
        a.SetOffset(0);
        b.SetOffset(4);
        var type = tb.CreateType();
        object o = Activator.CreateInstance(type);
        type.GetField("whole").SetValue(o, 0x0000000500000001L);
        Console.WriteLine(type.GetField("high").GetValue(o) + " " + System.Runtime.InteropServices.Marshal.SizeOf(type) + " " +
            type.StructLayoutAttribute.Value + " " + type.StructLayoutAttribute.Pack + " " + type.StructLayoutAttribute.Size);
    }

    static void Data()
    {
        var tb = module.DefineType("Blob", TypeAttributes.Public);
        var data = tb.DefineInitializedData("bytes", new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }, FieldAttributes.Public);
        var zeros = tb.DefineUninitializedData("zeros", 4, FieldAttributes.Public);
        var m = tb.DefineMethod("Get", MethodAttributes.Public | MethodAttributes.Static, typeof(byte[]), Type.EmptyTypes);
        var il = m.GetILGenerator();
        il.Emit(OpCodes.Ldc_I4_8);
        il.Emit(OpCodes.Newarr, typeof(byte));
        il.Emit(OpCodes.Dup);
        il.Emit(OpCodes.Ldtoken, data);
        il.Emit(OpCodes.Call, typeof(System.Runtime.CompilerServices.RuntimeHelpers).GetMethod("InitializeArray"));
        il.Emit(OpCodes.Ret);
        var type = tb.CreateType();
        Console.WriteLine(string.Join(",", (byte[])type.GetMethod("Get").Invoke(null, null)));
        Console.WriteLine(type.GetField("bytes").Attributes + " " + type.GetField("bytes").FieldType);
    }

    static void Global()
    {
        var m = module.DefineGlobalMethod("Twice", MethodAttributes.Public | MethodAttributes.Static, typeof(int), new[] { typeof(int) });
        var il = m.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldc_I4_2);
        il.Emit(OpCodes.Mul);
        il.Emit(OpCodes.Ret);
        module.CreateGlobalFunctions();
        Console.WriteLine(module.GetMethod("Twice").Invoke(null, new object[] { 21 }));
    }

    static void All()
    {
        foreach (var t in assembly.GetTypes().OrderBy(t => t.FullName, StringComparer.Ordinal)) Console.WriteLine(t);
        Console.WriteLine(assembly.GetReferencedAssemblies().Length > 0);
        Console.WriteLine(AppDomain.CurrentDomain.GetAssemblies().Count(a => a.GetName().Name == "Made"));
        try { Assembly.Load("Made"); }
        catch (FileNotFoundException e) { Console.WriteLine(e.GetType().Name); }
    }
}
