// Dynamic methods that are garbage are told twice: by the finalizer of their resolver, and by
// that of the object which that leaves behind, when the method may be gone and its memory
// may be something else.
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

static class DynamicGarbage
{
    static int sum;

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Make(int from, int to)
    {
        for (int i = from; i < to; i++) {
            var method = new DynamicMethod("m" + i, typeof(int), new[] { typeof(int) });
            var il = method.GetILGenerator();
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldc_I4, i);
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Ret);
            sum += method.CreateDelegate<Func<int, int>>()(1);
        }
    }

    static void Main()
    {
        for (int round = 0; round < 20; round++) {
            Make(round * 60, round * 60 + 60);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            var fill = new object[2000];
            for (int i = 0; i < fill.Length; i++)
                fill[i] = new byte[1500];
        }
        Console.WriteLine(sum);
    }
}
