// Unsigned arithmetic with overflow of an int and a native integer: the int is taken for unsigned, too.
using System.Reflection;
using System.Reflection.Emit;

static class Program
{
    static string Run(OpCode op, object a, object b)
    {
        var method = new DynamicMethod("m", typeof(nint), new[] { a.GetType(), b.GetType() });
        ILGenerator il = method.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(op);
        il.Emit(OpCodes.Ret);
        try { return method.Invoke(null, new[] { a, b }).ToString(); }
        catch (TargetInvocationException e) { return e.InnerException.GetType().Name; }
    }

    static void Main()
    {
        foreach (OpCode op in new[] { OpCodes.Add_Ovf_Un, OpCodes.Sub_Ovf_Un, OpCodes.Mul_Ovf_Un, OpCodes.Add_Ovf,
            OpCodes.Sub_Ovf, OpCodes.Mul_Ovf, OpCodes.Div_Un, OpCodes.Rem_Un })
            foreach (int i in new[] { 2, -3, int.MinValue })
                foreach (nint n in new nint[] { 5, -1, 40000, nint.MaxValue })
                    Console.WriteLine($"{op} {i} {n}: {Run(op, i, n)} {Run(op, n, i)}");
    }
}
