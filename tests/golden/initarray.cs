using System;
using System.Reflection;
using System.Runtime.CompilerServices;

// RuntimeHelpers.InitializeArray called by hand, with arrays that the data does not fit.
static class Program
{
    static int[] numbers = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
    enum Word { A, B }
    struct Pair { public int a, b; }

    static RuntimeFieldHandle data;

    static void Try(Array array)
    {
        try {
            RuntimeHelpers.InitializeArray(array, data);
            Console.WriteLine("{0}: {1}", array.GetType(), array.GetValue(array.Length - 1));
        } catch (ArgumentException e) {
            Console.WriteLine("{0}: {1}", array.GetType(), e.GetType());
        }
    }

    static void Main()
    {
        var type = Assembly.GetExecutingAssembly().GetType("<PrivateImplementationDetails>");
        foreach (var f in type.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public))
            data = f.FieldHandle;
        Try(new int[10]);
        Try(new int[9]);
        Try(new byte[40]);
        Try(new Word[10]);
        Try(new double[5]);
        Try(new int[11]);
        Try(new long[6]);
        Try(new object[2]);
        Try(new string[1]);
        Try(new Pair[2]);
        Console.WriteLine(numbers.Length);
    }
}
