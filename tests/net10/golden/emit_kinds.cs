// More kinds of types made at run time: variance, generic bases, structures, native functions,
// attributes that are flags, several assemblies and threads, and what reflection finds of them.
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.InteropServices;
using System.Runtime.CompilerServices;
public interface IVisit { int Visit(int x) => x + 1; static abstract int Zero { get; } }
public interface IMap<in T, out R> { R Map(T t); }
public class GenBase<T> { public virtual string Show(T t) => "base " + t; public T Last; protected static int Total; }
static class Program
{
    static AssemblyBuilder assembly; static ModuleBuilder module;
    static void Try(string what, Action test) { Console.WriteLine("-- " + what); try { test(); } catch (Exception e) { while (e is TargetInvocationException) e = e.InnerException; Console.WriteLine(e.GetType() + ": " + e.Message); } }
    static void Body(MethodBuilder m, Action<ILGenerator> fill) { var il = m.GetILGenerator(); fill(il); il.Emit(OpCodes.Ret); }
    static CustomAttributeBuilder Ca(Type t, object[] args, Type[] types = null, string[] props = null, object[] vals = null, string[] fields = null, object[] fvals = null) =>
        new CustomAttributeBuilder(t.GetConstructor(types ?? args.Select(a => a.GetType()).ToArray()), args, (props ?? new string[0]).Select(p => t.GetProperty(p)).ToArray(), vals ?? new object[0], (fields ?? new string[0]).Select(p => t.GetField(p)).ToArray(), fvals ?? new object[0]);
    static void Main()
    {
        AppDomain.CurrentDomain.AssemblyLoad += (s, e) => { if (e.LoadedAssembly.IsDynamic) Console.WriteLine("loaded " + e.LoadedAssembly.GetName().Name); };
        var an = new AssemblyName("More, Version=2.0.0.0, Culture=de");
        assembly = AssemblyBuilder.DefineDynamicAssembly(an, AssemblyBuilderAccess.Run);
        module = assembly.DefineDynamicModule("More");
        Console.WriteLine(assembly.FullName); Console.WriteLine(assembly.GetName().Flags);
        Try("loc", () => Console.WriteLine("[" + assembly.Location + "]"));
        Try("types with unmade", () =>
        {
            module.DefineType("U1");
            module.DefineType("U2").CreateType();
            foreach (var t in assembly.GetTypes()) Console.WriteLine(t);
        });
        Try("get unmade", () => Console.WriteLine(assembly.GetType("U1") == null));
        Try("get unmade m", () => Console.WriteLine(module.GetType("U1") + " " + module.GetType("U1").GetType().Name));
        Try("nested first", () =>
        {
            var o = module.DefineType("NO", TypeAttributes.Public);
            var n = o.DefineNestedType("NI", TypeAttributes.NestedPublic);
            var nt = n.CreateType();
            Console.WriteLine(nt);
            Console.WriteLine(nt.DeclaringType);
            Console.WriteLine(Activator.CreateInstance(nt));
            o.CreateType();
            Console.WriteLine(nt.DeclaringType + " " + nt.DeclaringType.GetNestedTypes().Length);
        });
        Try("default interface", () =>
        {
            var t = module.DefineType("Visitor", TypeAttributes.Public, null, new[] { typeof(IVisit)
        });
            var z = t.DefineMethod("get_Zero", MethodAttributes.Public | MethodAttributes.Static, typeof(int), null);
            Body(z, il => il.Emit(OpCodes.Ldc_I4, 17));
            t.DefineMethodOverride(z, typeof(IVisit).GetProperty("Zero").GetMethod);
            var o = (IVisit)Activator.CreateInstance(t.CreateType());
            Console.WriteLine(o.Visit(4));
            Console.WriteLine(typeof(Program).GetMethod("ZeroOf").MakeGenericMethod(o.GetType()).Invoke(null, null));
        });
        Try("variance", () =>
        {
            var t = module.DefineType("IEm`2", TypeAttributes.Public | TypeAttributes.Interface | TypeAttributes.Abstract);
            var g = t.DefineGenericParameters("A", "B");
            g[0].SetGenericParameterAttributes(GenericParameterAttributes.Contravariant);
            g[1].SetGenericParameterAttributes(GenericParameterAttributes.Covariant);
            t.DefineMethod("M", MethodAttributes.Public | MethodAttributes.Abstract | MethodAttributes.Virtual | MethodAttributes.NewSlot, g[1], new Type[] { g[0] });
            var it = t.CreateType();
            Console.WriteLine(it.MakeGenericType(typeof(string), typeof(object)).IsAssignableFrom(it.MakeGenericType(typeof(object), typeof(string))));
            Console.WriteLine(it.GetGenericArguments()[1].GenericParameterAttributes);
        });
        Try("generic base", () =>
        {
            var t = module.DefineType("Der`1", TypeAttributes.Public);
            var g = t.DefineGenericParameters("X")[0];
            var b = typeof(GenBase<>).MakeGenericType(g);
            t.SetParent(b);
            var m = t.DefineMethod("Show", MethodAttributes.Public | MethodAttributes.Virtual, typeof(string), new Type[] { g
        });
            Body(m, il => { il.Emit(OpCodes.Ldarg_0); il.Emit(OpCodes.Ldarg_1); il.Emit(OpCodes.Stfld, TypeBuilder.GetField(b, typeof(GenBase<>).GetField("Last"))); il.Emit(OpCodes.Ldstr, "derived "); il.Emit(OpCodes.Ldarg_0); il.Emit(OpCodes.Ldarg_1); il.Emit(OpCodes.Call, TypeBuilder.GetMethod(b, typeof(GenBase<>).GetMethod("Show"))); il.Emit(OpCodes.Call, typeof(string).GetMethod("Concat", new[] { typeof(string), typeof(string) }));
        });
            var c = t.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, null);
            var ci = c.GetILGenerator();
            ci.Emit(OpCodes.Ldarg_0);
            ci.Emit(OpCodes.Call, TypeBuilder.GetConstructor(b, typeof(GenBase<>).GetConstructor(Type.EmptyTypes)));
            ci.Emit(OpCodes.Ret);
            var rt = t.CreateType();
            var o = (GenBase<int>)Activator.CreateInstance(rt.MakeGenericType(typeof(int)));
            Console.WriteLine(o.Show(5) + o.Last);
            var s = (GenBase<string>)Activator.CreateInstance(rt.MakeGenericType(typeof(string)));
            Console.WriteLine(s.Show("q") + s.Last);
        });
        Try("self generic", () =>
        {
            var t = module.DefineType("Selfy", TypeAttributes.Public);
            var ie = typeof(IEquatable<>).MakeGenericType(t);
            t.AddInterfaceImplementation(ie);
            var m = t.DefineMethod("Equals", MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.Final | MethodAttributes.NewSlot, typeof(bool), new Type[] { t });
            Body(m, il => il.Emit(OpCodes.Ldc_I4_1));
            t.DefineMethodOverride(m, TypeBuilder.GetMethod(ie, typeof(IEquatable<>).GetMethod("Equals")));
            var rt = t.CreateType();
            Console.WriteLine(rt.GetInterfaces()[0]);
            var l = (System.Collections.IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(rt));
            l.Add(Activator.CreateInstance(rt));
            Console.WriteLine(l.Contains(Activator.CreateInstance(rt)));
        });
        Try("struct", () =>
        {
            var t = module.DefineType("Vec", TypeAttributes.Public | TypeAttributes.Sealed | TypeAttributes.SequentialLayout, typeof(ValueType));
            var x = t.DefineField("X", typeof(double), FieldAttributes.Public);
            var y = t.DefineField("Y", typeof(string), FieldAttributes.Public);
            var m = t.DefineMethod("ToString", MethodAttributes.Public | MethodAttributes.Virtual, typeof(string), null);
            Body(m, il => { il.Emit(OpCodes.Ldarg_0); il.Emit(OpCodes.Ldflda, x); il.Emit(OpCodes.Call, typeof(double).GetMethod("ToString", Type.EmptyTypes)); il.Emit(OpCodes.Ldarg_0); il.Emit(OpCodes.Ldfld, y); il.Emit(OpCodes.Call, typeof(string).GetMethod("Concat", new[] { typeof(string), typeof(string) }));
        });
            var rt = t.CreateType();
            object o = Activator.CreateInstance(rt);
            rt.GetField("X").SetValue(o, 2.5);
            rt.GetField("Y").SetValue(o, "yy");
            Console.WriteLine(o);
            var a = Array.CreateInstance(rt, 3);
            a.SetValue(o, 1);
            Console.WriteLine(a.GetValue(1) + "|" + a.GetValue(0) + o.Equals(a.GetValue(1)) + (o.GetHashCode() == a.GetValue(1).GetHashCode()));
            var d = typeof(Dictionary<,>).MakeGenericType(rt, typeof(int));
            dynamic dd = Activator.CreateInstance(d);
            dd.Add((dynamic)o, 4);
            Console.WriteLine(dd[(dynamic)o]);
            var nul = typeof(Nullable<>).MakeGenericType(rt);
            Console.WriteLine(Activator.CreateInstance(nul) == null);
        });
        Try("pinvoke", () =>
        {
            var t = module.DefineType("Native", TypeAttributes.Public);
            var m = t.DefinePInvokeMethod("getpid", "libc", MethodAttributes.Public | MethodAttributes.Static | MethodAttributes.PinvokeImpl, CallingConventions.Standard, typeof(int), null, CallingConvention.Cdecl, CharSet.Ansi);
            m.SetImplementationFlags(m.GetMethodImplementationFlags() | MethodImplAttributes.PreserveSig);
            var m2 = t.DefinePInvokeMethod("len", "libc", "strlen", MethodAttributes.Public | MethodAttributes.Static | MethodAttributes.PinvokeImpl, CallingConventions.Standard, typeof(nint), new[] { typeof(string) }, CallingConvention.Cdecl, CharSet.Ansi);
            m2.SetImplementationFlags(MethodImplAttributes.PreserveSig);
            var rt = t.CreateType();
            Console.WriteLine((int)rt.GetMethod("getpid").Invoke(null, null) == Environment.ProcessId);
            Console.WriteLine(rt.GetMethod("len").Invoke(null, new object[] { "four" }));
            Console.WriteLine(rt.GetMethod("len").GetCustomAttribute<DllImportAttribute>().EntryPoint + rt.GetMethod("len").Attributes + rt.GetMethod("len").MethodImplementationFlags);
        });
        Try("pseudo", () => { var t = module.DefineType("Pseudo", TypeAttributes.Public, null); 
            t.SetCustomAttribute(Ca(typeof(SerializableAttribute), new object[0]));
            t.SetCustomAttribute(Ca(typeof(StructLayoutAttribute), new object[] { LayoutKind.Sequential }, null, null, null, new[] { "Pack", "CharSet" }, new object[] { 4, CharSet.Unicode }));
            var f = t.DefineField("F", typeof(int), FieldAttributes.Public);
            f.SetCustomAttribute(Ca(typeof(NonSerializedAttribute), new object[0]));
            var s = t.DefineField("S", typeof(string), FieldAttributes.Public);
            s.SetCustomAttribute(Ca(typeof(MarshalAsAttribute), new object[] { UnmanagedType.LPWStr }));
            var m = t.DefineMethod("M", MethodAttributes.Public | MethodAttributes.Static, typeof(void), new[] { typeof(int).MakeByRefType(), typeof(string) });
            Body(m, il => {
        });
            m.SetCustomAttribute(Ca(typeof(MethodImplAttribute), new object[] { MethodImplOptions.NoInlining }));
            m.SetCustomAttribute(Ca(typeof(ObsoleteAttribute), new object[] { "old" }));
            var p = m.DefineParameter(1, ParameterAttributes.None, "a");
            p.SetCustomAttribute(Ca(typeof(OutAttribute), new object[0]));
            var p2 = m.DefineParameter(2, ParameterAttributes.None, "b");
            p2.SetCustomAttribute(Ca(typeof(OptionalAttribute), new object[0]));
            p2.SetCustomAttribute(Ca(typeof(InAttribute), new object[0]));
            p2.SetCustomAttribute(Ca(typeof(MarshalAsAttribute), new object[] { UnmanagedType.LPStr }));
            var pr = t.DefineProperty("Pr", PropertyAttributes.None, typeof(int), null);
            pr.SetCustomAttribute(Ca(typeof(SpecialNameAttribute), new object[0]));
            var sn = t.DefineMethod("Sn", MethodAttributes.Public | MethodAttributes.Static, typeof(void), null);
            Body(sn, il => { });
            sn.SetCustomAttribute(Ca(typeof(SpecialNameAttribute), new object[0]));
            var rt = t.CreateType();
            Console.WriteLine(rt.Attributes + " " + rt.IsSerializable + " " + rt.StructLayoutAttribute.Pack + rt.StructLayoutAttribute.CharSet + rt.StructLayoutAttribute.Value + " " + string.Join(",", rt.GetCustomAttributesData().Select(c => c.AttributeType.Name)));
            foreach (var x in rt.GetFields()) Console.WriteLine(x.Name + " " + x.Attributes + " " + string.Join(",", x.GetCustomAttributesData().Select(c => c.ToString())));
            foreach (var x in rt.GetMethods(BindingFlags.Static | BindingFlags.Public)) Console.WriteLine(x.Name + " " + x.Attributes + " " + x.MethodImplementationFlags + " " + string.Join(",", x.GetCustomAttributesData().Select(c => c.ToString())) + " " + string.Join(";", x.GetParameters().Select(q => q.Name + q.Attributes + " " + string.Join(",", q.GetCustomAttributesData().Select(c => c.ToString())))));
        });
        Try("calli/ldftn/switch/tail", () =>
        {
            var t = module.DefineType("Ops", TypeAttributes.Public);
            var sq = t.DefineMethod("Sq", MethodAttributes.Public | MethodAttributes.Static, typeof(int), new[] { typeof(int) });
            Body(sq, il => { il.Emit(OpCodes.Ldarg_0); il.Emit(OpCodes.Dup); il.Emit(OpCodes.Mul);
        });
            var ci = t.DefineMethod("Ci", MethodAttributes.Public | MethodAttributes.Static, typeof(int), new[] { typeof(int) });
            Body(ci, il => { il.Emit(OpCodes.Ldarg_0); il.Emit(OpCodes.Ldftn, sq); il.EmitCalli(OpCodes.Calli, CallingConventions.Standard, typeof(int), new[] { typeof(int) }, null);
        });
            var sw = t.DefineMethod("Sw", MethodAttributes.Public | MethodAttributes.Static, typeof(string), new[] { typeof(int) });
            var g = sw.GetILGenerator();
            var ls = new[] { g.DefineLabel(), g.DefineLabel() };
            g.Emit(OpCodes.Ldarg_0);
            g.Emit(OpCodes.Switch, ls);
            g.Emit(OpCodes.Ldstr, "def");
            g.Emit(OpCodes.Ret);
            g.MarkLabel(ls[0]);
            g.Emit(OpCodes.Ldstr, "zero");
            g.Emit(OpCodes.Ret);
            g.MarkLabel(ls[1]);
            g.Emit(OpCodes.Ldstr, "one");
            g.Emit(OpCodes.Ret);
            var sum = t.DefineMethod("Sum", MethodAttributes.Public | MethodAttributes.Static, typeof(long), new[] { typeof(int), typeof(long) });
            g = sum.GetILGenerator();
            var end = g.DefineLabel();
            g.Emit(OpCodes.Ldarg_0);
            g.Emit(OpCodes.Brfalse, end);
            g.Emit(OpCodes.Ldarg_0);
            g.Emit(OpCodes.Ldc_I4_1);
            g.Emit(OpCodes.Sub);
            g.Emit(OpCodes.Ldarg_1);
            g.Emit(OpCodes.Ldarg_0);
            g.Emit(OpCodes.Conv_I8);
            g.Emit(OpCodes.Add);
            g.Emit(OpCodes.Tailcall);
            g.Emit(OpCodes.Call, sum);
            g.Emit(OpCodes.Ret);
            g.MarkLabel(end);
            g.Emit(OpCodes.Ldarg_1);
            g.Emit(OpCodes.Ret);
            var tok = t.DefineMethod("Tok", MethodAttributes.Public | MethodAttributes.Static, typeof(string), null);
            Body(tok, il => { il.Emit(OpCodes.Ldtoken, t); il.Emit(OpCodes.Call, typeof(Type).GetMethod("GetTypeFromHandle")); il.Emit(OpCodes.Callvirt, typeof(object).GetMethod("ToString"));
        });
            var arr = t.DefineMethod("Arr", MethodAttributes.Public | MethodAttributes.Static, typeof(int), null);
            Body(arr, il => { il.Emit(OpCodes.Ldc_I4_2); il.Emit(OpCodes.Ldc_I4_3); il.Emit(OpCodes.Newobj, typeof(int[,]).GetConstructor(new[] { typeof(int), typeof(int) })); il.Emit(OpCodes.Dup); il.Emit(OpCodes.Ldc_I4_1); il.Emit(OpCodes.Ldc_I4_2); il.Emit(OpCodes.Ldc_I4, 66); il.Emit(OpCodes.Call, typeof(int[,]).GetMethod("Set")); il.Emit(OpCodes.Ldc_I4_1); il.Emit(OpCodes.Ldc_I4_2); il.Emit(OpCodes.Call, module.GetArrayMethod(typeof(int[,]), "Get", CallingConventions.HasThis, typeof(int), new[] { typeof(int), typeof(int) }));
        });
            var rt = t.CreateType();
            Console.WriteLine(rt.GetMethod("Ci").Invoke(null, new object[] { 7 }));
            Console.WriteLine(rt.GetMethod("Sw").Invoke(null, new object[] { 1 }) + "" + rt.GetMethod("Sw").Invoke(null, new object[] { 5 }));
            Console.WriteLine(rt.GetMethod("Sum").Invoke(null, new object[] { 100000, 0L }));
            Console.WriteLine(rt.GetMethod("Tok").Invoke(null, null));
            Console.WriteLine(rt.GetMethod("Arr").Invoke(null, null));
        });
        Try("two assemblies", () =>
        {
            var a2 = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("More"), AssemblyBuilderAccess.Run);
            var m2 = a2.DefineDynamicModule("x");
            var b = m2.DefineType("Basis", TypeAttributes.Public);
            var vm = b.DefineMethod("Who", MethodAttributes.Public | MethodAttributes.Virtual, typeof(string), null);
            Body(vm, il => il.Emit(OpCodes.Ldstr, "basis"));
            var gm = b.DefineMethod("G", MethodAttributes.Public | MethodAttributes.Static);
            var gp = gm.DefineGenericParameters("Q")[0];
            gm.SetReturnType(gp.MakeArrayType());
            gm.SetParameters(gp);
            Body(gm, il => { il.Emit(OpCodes.Ldc_I4_1); il.Emit(OpCodes.Newarr, gp); });
            var bt = b.CreateType();
            var d = module.DefineType("OnBasis", TypeAttributes.Public, bt);
            var o = d.DefineMethod("Who", MethodAttributes.Public | MethodAttributes.Virtual, typeof(string), null);
            Body(o, il => { il.Emit(OpCodes.Ldarg_0); il.Emit(OpCodes.Call, bt.GetMethod("Who")); il.Emit(OpCodes.Ldstr, "!"); il.Emit(OpCodes.Call, typeof(string).GetMethod("Concat", new[] { typeof(string), typeof(string) })); });
            var cg = d.DefineMethod("CG", MethodAttributes.Public | MethodAttributes.Static, typeof(string[]), null);
            Body(cg, il => { il.Emit(OpCodes.Ldnull); il.Emit(OpCodes.Call, bt.GetMethod("G").MakeGenericMethod(typeof(string)));
        });
            var dt = d.CreateType();
            Console.WriteLine(bt.GetMethod("Who").Invoke(Activator.CreateInstance(dt), null));
            Console.WriteLine(dt.GetMethod("CG").Invoke(null, null));
            Console.WriteLine(string.Join(",", AppDomain.CurrentDomain.GetAssemblies().Where(x => x.IsDynamic).Select(x => x.GetName().Name)));
        });
        Try("threads", () =>
        {
            var errs = new List<string>();
            var ts = Enumerable.Range(0, 4).Select(n => new Thread(() => { try { for (int i = 0; i < 30; i++) { var t = module.DefineType($"Th{n}_{i}", TypeAttributes.Public); var f = t.DefineField("f", typeof(int), FieldAttributes.Public); var m = t.DefineMethod("M", MethodAttributes.Public, typeof(int), null); Body(m, il => { il.Emit(OpCodes.Ldarg_0); il.Emit(OpCodes.Ldfld, f); il.Emit(OpCodes.Ldc_I4, i); il.Emit(OpCodes.Add); }); var rt = t.CreateType(); var o = Activator.CreateInstance(rt); rt.GetField("f").SetValue(o, 1000); if ((int)rt.GetMethod("M").Invoke(o, null) != 1000 + i) lock (errs) errs.Add("wrong"); } } catch (Exception e) { lock (errs) errs.Add(e.ToString()); } })).ToList();
            ts.ForEach(t => t.Start());
            ts.ForEach(t => t.Join());
            Console.WriteLine(errs.Count + string.Join("\n", errs.Take(1)));
        });
        Try("exc", () =>
        {
            var t = module.DefineType("MyExc", TypeAttributes.Public, typeof(Exception));
            var rt = t.CreateType();
            try { throw (Exception)Activator.CreateInstance(rt); } catch (Exception e) { Console.WriteLine(e.GetType() + " " + e.Message); }
        });
        Try("big string", () =>
        {
            var t = module.DefineType("Str", TypeAttributes.Public);
            var m = t.DefineMethod("S", MethodAttributes.Public | MethodAttributes.Static, typeof(string), null);
            Body(m, il => il.Emit(OpCodes.Ldstr, "a\0b\u20ac" + new string('x', 20000)));
            var s = (string)t.CreateType().GetMethod("S").Invoke(null, null);
            Console.WriteLine(s.Length + " " + (int)s[1] + s[3]);
            Console.WriteLine(module.ResolveString(module.GetStringMetadataToken("hey")));
        });
        Try("readonly ref", () =>
        {
            var t = module.DefineType("Mods", TypeAttributes.Public);
            var m = t.DefineMethod("M", MethodAttributes.Public | MethodAttributes.Virtual, CallingConventions.Standard, typeof(void), null, null, new[] { typeof(int).MakeByRefType() }, new[] { new[] { typeof(InAttribute) } }, null);
            Body(m, il => { });
            Console.WriteLine(t.CreateType().GetMethod("M").GetParameters()[0].GetRequiredCustomModifiers()[0]);
        });
        Try("bad names", () => { module.DefineType(""); });
        Try("dup method", () =>
        {
            var t = module.DefineType("DupM", TypeAttributes.Public);
            for (int i = 0; i < 2; i++) Body(t.DefineMethod("M", MethodAttributes.Public | MethodAttributes.Static, typeof(void), null), il => { });
            Console.WriteLine(t.CreateType().GetMethods().Count(m => m.Name == "M"));
        });
        Try("dup field", () =>
        {
            var t = module.DefineType("DupF", TypeAttributes.Public);
            for (int i = 0; i < 2; i++) t.DefineField("f", typeof(int), FieldAttributes.Public);
            Console.WriteLine(t.CreateType().GetFields().Length);
        });
        Try("resolve member", () =>
        {
            Console.WriteLine(module.ResolveMethod(0x06000001));
            Console.WriteLine(assembly.ManifestModule.ResolveMember(0x02000003));
        });
        Try("resolve bad", () => { Console.WriteLine(module.ResolveMethod(0x0600fff1)); });
        Try("module type eq", () =>
        {
            var t = assembly.GetType("Visitor");
            Console.WriteLine(t.Module.Equals(module) + " " + t.Assembly.Equals(assembly) + " " + (t.Assembly == (Assembly)assembly) + " " + t.Assembly.GetType().Name + t.AssemblyQualifiedName);
        });
        Try("entry", () => Console.WriteLine((assembly.EntryPoint == null) + " " + assembly.GetManifestResourceNames().Length));
        Try("entry2", () => Console.WriteLine((assembly.GetType("Visitor").Assembly.EntryPoint == null) + " [" + assembly.GetType("Visitor").Assembly.Location + "]"));
    }
    public static int ZeroOf<T>() where T : IVisit => T.Zero;
}
