namespace Shapes;

public record Point(double X, double Y)
{
    public double Length => Math.Sqrt(X * X + Y * Y);
    public static async IAsyncEnumerable<Point> Circle(int n)
    {
        for (int i = 0; i < n; i++) {
            await Task.Yield();
            yield return new Point(Math.Cos(Math.Tau * i / n), Math.Sin(Math.Tau * i / n));
        }
    }
}
