// What a filter changed before an exception ended it is seen by the handlers (in mono the
// exception leaves the filter).
using System;
using System.Runtime.CompilerServices;

static class FilterState
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    static int Throw(int n)
    {
        throw new InvalidOperationException(n.ToString());
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static bool No(int a, int b)
    {
        return a < 0 && b < 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static int Call()
    {
        int x = 1;
        try {
            throw new ArgumentException();
        } catch (ArgumentException) when (No(Throw(--x), ++x)) {
            return -1;
        } catch (ArgumentException) {
            return x;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static int Index(int[] numbers, int y)
    {
        try {
            throw new ArgumentException();
        } catch (ArgumentException) when (No(numbers[y], ++y)) {
            return -1;
        } catch (ArgumentException) when (No(++y, numbers[y + 100])) {
            return -2;
        } catch (ArgumentException) {
            return y;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static int Outer(int n)
    {
        try {
            try {
                throw new ArgumentException();
            } catch (ArgumentException) when (No(n++, Throw(n++))) {
                return -1;
            } finally {
                n *= 10;
            }
        } catch (ArgumentException) {
            return n;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static int Inner(int n)
    {
        try {
            throw new ArgumentException();
        } catch (ArgumentException) when (Inside(ref n)) {
            return -1;
        } catch (ArgumentException) {
            return n;
        }
    }

    static bool Inside(ref int n)
    {
        checked {
            n += 2;
            n += int.MaxValue;
        }
        return true;
    }

    static void Main()
    {
        for (int i = 0; i < 2; i++) {
            Console.WriteLine(Call());
            Console.WriteLine(Index(new int[5], 50));
            Console.WriteLine(Outer(3));
            Console.WriteLine(Inner(7));
        }
    }
}
