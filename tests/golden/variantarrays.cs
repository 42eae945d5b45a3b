using System;

// Arrays of variant delegates: an array of Func<string> is one of Func<object> (I.8.7.1),
// which mono denies, but not every Func<object> goes into it.
static class Program
{
    static void Store(Func<object>[] array, Func<object> f)
    {
        try {
            array[0] = f;
            Console.WriteLine("stored");
        } catch (ArrayTypeMismatchException) {
            Console.WriteLine("refused");
        }
    }

    static void Main()
    {
        Store(new Func<object>[1], () => new object());
        Store((Func<object>[])(object)new Func<string>[1], () => new object());
    }
}
