// What reflection shows beside types: MarshalAs, custom modifiers, whose generic parameters they are.
using System;
using System.Collections.Generic;
using System.Reflection;
using System.Runtime.InteropServices;

[StructLayout(LayoutKind.Sequential)]
class Marshaled
{
    [MarshalAs(UnmanagedType.ByValTStr, SizeConst = 7)] public string Text;
    [MarshalAs(UnmanagedType.LPArray, SizeParamIndex = 1, ArraySubType = UnmanagedType.I2)] public short[] Array;
    [MarshalAs(UnmanagedType.LPWStr)] public string Wide;
    [MarshalAs(UnmanagedType.ByValArray, SizeConst = 4)] public int[] Fixed;
    [MarshalAs(UnmanagedType.CustomMarshaler, MarshalType = "Marshaled", MarshalCookie = "cookie")] public object Custom;
    [MarshalAs(UnmanagedType.IUnknown)] public object Unknown;
    public volatile int Volatile;
    public static volatile string Shared;

    [return: MarshalAs(UnmanagedType.Bool)]
    public static bool Method([MarshalAs(UnmanagedType.LPStr)] string s, [In, Out] int[] k, [Optional] int o, out int q)
    {
        q = 0;
        return true;
    }

    [DllImport("x")]
    [return: MarshalAs(UnmanagedType.I1)]
    public static extern bool Native([MarshalAs(UnmanagedType.LPStr)] string s);
}

class Outer<T>
{
    public static volatile string Shared;

    public U Method<U>(out U u, T t, U[] v, List<U> w)
    {
        u = default(U);
        return u;
    }
}

static class Program
{
    static void Show(string title, object[] attributes)
    {
        Console.Write("{0}:", title);
        foreach (object o in attributes)
        {
            var m = o as MarshalAsAttribute;
            if (m == null)
                Console.Write(" " + o);
            else
                Console.Write(" [{0} {1} {2} {3} {4} {5} {6} {7}]", m.Value, m.SizeConst, m.SizeParamIndex,
                              m.ArraySubType, m.MarshalType, m.MarshalTypeRef, m.MarshalCookie, m.SafeArraySubType);
        }
        Console.WriteLine();
    }

    static void Show(MethodInfo m)
    {
        Show(m.Name, m.GetCustomAttributes(false));
        Show("result", m.ReturnParameter.GetCustomAttributes(false));
        foreach (ParameterInfo p in m.GetParameters())
            Show(p.Name, p.GetCustomAttributes(false));
    }

    static void Main()
    {
        foreach (FieldInfo f in typeof(Marshaled).GetFields())
        {
            Show(f.Name, f.GetCustomAttributes(false));
            Console.WriteLine("{0} {1} {2}", f.IsDefined(typeof(MarshalAsAttribute), false),
                              string.Join(",", (object[])f.GetRequiredCustomModifiers()),
                              f.GetOptionalCustomModifiers().Length);
            foreach (CustomAttributeData d in f.GetCustomAttributesData())
                Console.WriteLine(d);
        }
        Console.WriteLine(typeof(Outer<>).GetField("Shared").GetRequiredCustomModifiers()[0]);
        Show(typeof(Marshaled).GetMethod("Method"));
        Show(typeof(Marshaled).GetMethod("Native"));
        MethodInfo definition = typeof(Outer<>).GetMethod("Method");
        MethodInfo instance = typeof(Outer<int>).GetMethod("Method");
        Type own = instance.GetGenericArguments()[0];
        Console.WriteLine("{0} {1}", own == definition.GetGenericArguments()[0], own.DeclaringType);
        for (int i = 0; i < 4; i++)
            Console.WriteLine(definition.GetParameters()[i].ParameterType == instance.GetParameters()[i].ParameterType);
        Console.WriteLine("{0} {1}", definition.ReturnType == instance.ReturnType, instance.MakeGenericMethod(own) == instance);
    }
}
