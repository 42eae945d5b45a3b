// Methods made at run time: tokens of all kinds, clauses, calls of each other and of
// themselves; expressions that are compiled.
using System.Linq.Expressions;
using System.Reflection;
using System.Reflection.Emit;

class Target { public int Field = 4; public static string Word = "w"; private int hidden = 6; public int Prop { get; set; } = 2; public T Same<T>(T t) => t; }
static class Prog
{
    delegate int Recursive(int n);

    static void Try(string name, Action action)
    {
        try { action(); }
        catch (Exception e)
        {
            while (e is TargetInvocationException && e.InnerException != null) e = e.InnerException;
            Console.WriteLine($"{name}: {e.GetType().Name}: {e.Message}");
        }
    }

    static DynamicMethod Make(string name, Type result, Type[] args, Action<ILGenerator> emit, bool skip = true)
    {
        var method = new DynamicMethod(name, result, args, typeof(Prog).Module, skip);
        emit(method.GetILGenerator());
        return method;
    }

    static void Emitted()
    {
        var add = Make("Add", typeof(int), new[] { typeof(int), typeof(int) }, il => { il.Emit(OpCodes.Ldarg_0); il.Emit(OpCodes.Ldarg_1); il.Emit(OpCodes.Add); il.Emit(OpCodes.Ret); });
        Console.WriteLine(((Func<int, int, int>)add.CreateDelegate(typeof(Func<int, int, int>)))(2, 3) + " " + add.Invoke(null, new object[] { 4, 5 }) + " " + add.Name + " " + add.ReturnType);
        var call = Make("Call", typeof(int), new[] { typeof(int) }, il => { il.Emit(OpCodes.Ldarg_0); il.Emit(OpCodes.Ldc_I4_S, (byte)10); il.Emit(OpCodes.Call, add); il.Emit(OpCodes.Ret); });
        Console.WriteLine(call.CreateDelegate<Func<int, int>>()(7));
        DynamicMethod fact = null;
        fact = Make("Fact", typeof(int), new[] { typeof(int) }, il => { });
        var g = fact.GetILGenerator(); var end = g.DefineLabel();
        g.Emit(OpCodes.Ldc_I4_1); g.Emit(OpCodes.Ldarg_0); g.Emit(OpCodes.Ldc_I4_2); g.Emit(OpCodes.Blt, end); g.Emit(OpCodes.Pop);
        g.Emit(OpCodes.Ldarg_0); g.Emit(OpCodes.Ldarg_0); g.Emit(OpCodes.Ldc_I4_1); g.Emit(OpCodes.Sub); g.Emit(OpCodes.Call, fact); g.Emit(OpCodes.Mul);
        g.MarkLabel(end); g.Emit(OpCodes.Ret);
        Console.WriteLine(fact.CreateDelegate<Recursive>()(6));
        var fields = Make("Fields", typeof(string), new[] { typeof(Target) }, il =>
        {
            var text = il.DeclareLocal(typeof(string)); var list = il.DeclareLocal(typeof(List<int>));
            il.Emit(OpCodes.Ldstr, "<"); il.Emit(OpCodes.Ldsfld, typeof(Target).GetField("Word")); il.Emit(OpCodes.Call, typeof(string).GetMethod("Concat", new[] { typeof(string), typeof(string) })); il.Emit(OpCodes.Stloc, text);
            il.Emit(OpCodes.Newobj, typeof(List<int>).GetConstructor(Type.EmptyTypes)); il.Emit(OpCodes.Stloc, list);
            il.Emit(OpCodes.Ldloc, list); il.Emit(OpCodes.Ldarg_0); il.Emit(OpCodes.Ldfld, typeof(Target).GetField("hidden", BindingFlags.NonPublic | BindingFlags.Instance)); il.Emit(OpCodes.Callvirt, typeof(List<int>).GetMethod("Add"));
            il.Emit(OpCodes.Ldloc, text); il.Emit(OpCodes.Ldloc, list); il.Emit(OpCodes.Ldc_I4_0); il.Emit(OpCodes.Callvirt, typeof(List<int>).GetProperty("Item").GetGetMethod()); il.Emit(OpCodes.Box, typeof(int));
            il.Emit(OpCodes.Call, typeof(string).GetMethod("Concat", new[] { typeof(object), typeof(object) })); il.Emit(OpCodes.Ret);
        });
        Console.WriteLine(fields.CreateDelegate<Func<Target, string>>()(new Target()));
        Console.WriteLine(((Func<string>)fields.CreateDelegate(typeof(Func<string>), new Target()))());
        var clauses = Make("Clauses", typeof(string), new[] { typeof(object) }, il =>
        {
            var result = il.DeclareLocal(typeof(string));
            il.BeginExceptionBlock(); il.BeginExceptionBlock();
            il.Emit(OpCodes.Ldarg_0); il.Emit(OpCodes.Unbox_Any, typeof(int)); il.Emit(OpCodes.Call, typeof(Convert).GetMethod("ToString", new[] { typeof(int) })); il.Emit(OpCodes.Stloc, result);
            il.BeginCatchBlock(typeof(InvalidCastException)); il.Emit(OpCodes.Pop); il.Emit(OpCodes.Ldstr, "cast"); il.Emit(OpCodes.Stloc, result);
            il.BeginCatchBlock(typeof(NullReferenceException)); il.Emit(OpCodes.Pop); il.Emit(OpCodes.Ldstr, "null"); il.Emit(OpCodes.Stloc, result);
            il.EndExceptionBlock();
            il.BeginFinallyBlock(); il.Emit(OpCodes.Ldstr, "finally"); il.Emit(OpCodes.Call, typeof(Console).GetMethod("WriteLine", new[] { typeof(string) }));
            il.EndExceptionBlock(); il.Emit(OpCodes.Ldloc, result); il.Emit(OpCodes.Ret);
        });
        var run = clauses.CreateDelegate<Func<object, string>>(); Console.WriteLine(run(5) + " " + run("s") + " " + run(null));
        var calli = Make("Calli", typeof(int), new[] { typeof(int) }, il => { il.Emit(OpCodes.Ldarg_0); il.Emit(OpCodes.Ldftn, typeof(Prog).GetMethod("Triple")); il.EmitCalli(OpCodes.Calli, CallingConventions.Standard, typeof(int), new[] { typeof(int) }, null); il.Emit(OpCodes.Ret); });
        Console.WriteLine(calli.CreateDelegate<Func<int, int>>()(5));
        var generic = Make("Generic", typeof(string), new[] { typeof(Target) }, il => { il.Emit(OpCodes.Ldarg_0); il.Emit(OpCodes.Ldstr, "same"); il.Emit(OpCodes.Callvirt, typeof(Target).GetMethod("Same").MakeGenericMethod(typeof(string))); il.Emit(OpCodes.Ret); });
        Console.WriteLine(generic.CreateDelegate<Func<Target, string>>()(new Target()));
        Try("empty", () => new DynamicMethod("E", typeof(void), null).CreateDelegate<Action>());
        Try("left on the stack", () => Make("L", typeof(int), Type.EmptyTypes, il => { il.Emit(OpCodes.Ldc_I4_0); il.Emit(OpCodes.Dup); il.Emit(OpCodes.Ret); }).CreateDelegate<Func<int>>());
        Try("invalid, not called", () => Make("I", typeof(int), Type.EmptyTypes, il => { il.Emit(OpCodes.Add); il.Emit(OpCodes.Ret); }).CreateDelegate<Func<int>>());
        Try("invalid", () => Make("I", typeof(int), Type.EmptyTypes, il => { il.Emit(OpCodes.Add); il.Emit(OpCodes.Ret); }).CreateDelegate<Func<int>>()());
        Try("throws", () => Make("T", typeof(void), Type.EmptyTypes, il => { il.Emit(OpCodes.Ldstr, "boom"); il.Emit(OpCodes.Newobj, typeof(ArgumentException).GetConstructor(new[] { typeof(string) })); il.Emit(OpCodes.Throw); }).CreateDelegate<Action>()());
        long sum = 0;
        for (int i = 0; i < 300; i++) { var m = Make("M" + i, typeof(int), Type.EmptyTypes, il => { il.Emit(OpCodes.Ldc_I4, i); il.Emit(OpCodes.Ret); }); sum += m.CreateDelegate<Func<int>>()(); if (i % 100 == 0) GC.Collect(); }
        Console.WriteLine(sum);
    }

    public static int Triple(int n) => n * 3;

    static void Expressions()
    {
        Expression<Func<int, int>> square = x => x * x + 1; Console.WriteLine(square + " " + square.Compile()(5));
        Expression<Func<Target, string>> member = t => t.Prop.ToString() + t.Field + Target.Word; Console.WriteLine(member.Compile()(new Target()));
        int captured = 3; Expression<Func<int>> closure = () => captured + 1; captured = 10; Console.WriteLine(closure.Compile()());
        var p = Expression.Parameter(typeof(int), "n"); var r = Expression.Variable(typeof(int), "r"); var stop = Expression.Label(typeof(int));
        var loop = Expression.Lambda<Func<int, int>>(Expression.Block(new[] { r }, Expression.Assign(r, Expression.Constant(1)),
            Expression.Loop(Expression.IfThenElse(Expression.GreaterThan(p, Expression.Constant(1)), Expression.MultiplyAssign(r, Expression.PostDecrementAssign(p)), Expression.Break(stop, r)), stop)), p);
        Console.WriteLine(loop.Compile()(5));
        Expression<Func<IEnumerable<int>, IEnumerable<string>>> query = s => s.Where(v => v > 1).Select(v => "v" + v); Console.WriteLine(string.Join(",", query.Compile()(new[] { 1, 2, 3 })));
        Expression<Func<int, Func<int, int>>> curry = a => b => a - b; Console.WriteLine(curry.Compile()(9)(4));
        Expression<Func<object>> anonymous = () => new { A = 1, B = "b" }; Console.WriteLine(anonymous.Compile()());
        Expression<Func<int?, int>> lifted = v => v ?? -1; Console.WriteLine(lifted.Compile()(null) + " " + lifted.Compile()(4));
        Expression<Func<double, decimal>> convert = d => (decimal)d * 2m; Console.WriteLine(convert.Compile()(1.5));
        Console.WriteLine(square.Compile(preferInterpretation: true)(6));
    }

    // A constant of a definition is the definition itself.
    static void Definitions()
    {
        foreach (var member in new MemberInfo[] { typeof(List<>), typeof(List<>).GetMethod("Add"), typeof(List<>).GetMethod("ConvertAll"), typeof(List<>).GetConstructor(Type.EmptyTypes), typeof(List<int>), typeof(List<int>).GetMethod("ConvertAll"), typeof(List<string>).GetMethod("Add"), typeof(Array).GetMethod("Empty") })
        {
            var type = member is Type ? typeof(Type) : member is MethodInfo ? typeof(MethodInfo) : typeof(ConstructorInfo);
            Console.WriteLine(member + " " + ReferenceEquals(member, Expression.Lambda<Func<object>>(Expression.Constant(member, type)).Compile()()));
        }
    }

    // Methods that no module hosts see what was thrown; those of ours see it wrapped.
    static void Thrown()
    {
        var expression = Expression.TryCatch(Expression.Block(Expression.Throw(Expression.Constant("text")), Expression.Constant(0)),
            Expression.Catch(typeof(Exception), Expression.Constant(1)), Expression.Catch(typeof(string), Expression.Constant(2)));
        Console.WriteLine(Expression.Lambda<Func<int>>(expression).Compile()());
        foreach (var hosted in new[] { true, false })
        {
            var method = hosted ? new DynamicMethod("T", typeof(object), null, typeof(Prog).Module) : new DynamicMethod("T", typeof(object), null);
            var il = method.GetILGenerator(); var caught = il.DeclareLocal(typeof(object));
            il.BeginExceptionBlock(); il.Emit(OpCodes.Ldstr, "text"); il.Emit(OpCodes.Throw);
            il.BeginCatchBlock(typeof(object)); il.Emit(OpCodes.Stloc, caught); il.EndExceptionBlock();
            il.Emit(OpCodes.Ldloc, caught); il.Emit(OpCodes.Ret);
            Console.WriteLine(hosted + " " + method.CreateDelegate<Func<object>>()().GetType());
        }
    }

    static void Main() { Thrown(); Definitions(); Emitted(); Expressions(); }
}
