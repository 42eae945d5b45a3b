// Methods made at run time that are garbage, with their handles and resolvers, in every order.
using System.Reflection.Emit;

static class Prog
{
    static Func<int, int> Make(int number)
    {
        var method = new DynamicMethod("M" + number, typeof(int), new[] { typeof(int) });
        var il = method.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldc_I4, number);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<Func<int, int>>();
    }

    static int Use(int from)
    {
        int sum = 0;
        for (int i = from; i < from + 50; i++) sum += Make(i)(1);
        return sum;
    }

    static void Main()
    {
        var kept = Make(7);
        for (int i = 0; i < 6; i++) {
            Console.WriteLine(Use(i));
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Console.WriteLine(kept(1));
        var again = new WeakReference(Make(3));
        for (int i = 0; i < 3; i++) { GC.Collect(); GC.WaitForPendingFinalizers(); }
        Console.WriteLine(kept(2) + " " + kept.Method.Name);
    }
}
